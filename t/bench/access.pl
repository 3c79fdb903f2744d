# What rackscope_logs_access_log costs a request: two servers that differ by it
# alone, in turn, and the CPU time of their workers by request.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Socket::INET;
use List::Util qw(min);

my $nginx  = $ENV{RACKSCOPE_NGINX};
my $module = $ENV{RACKSCOPE_MODULE};
my $pairs  = $ENV{PAIRS} || 15;
my $tick   = 1e6 / `getconf CLK_TCK`;

my @id = (
    [ 'an id that the request has already', 'add_header X-Request-ID $request_id;' ],
    [ 'an id that is made for the record', '' ],
);

sub free_port {
    return IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
        ->sockport;
}

sub start {
    my ($id, $directive) = @_;

    my $prefix = tempdir(CLEANUP => 1);
    my $port   = free_port();

    chmod 0755, $prefix;
    mkdir "$prefix/logs";
    open my $conf, '>', "$prefix/nginx.conf" or die "$prefix: $!\n";
    print {$conf} <<"END";
load_module $module;
worker_processes 1;
pid       nginx.pid;
error_log error.log;
events {}
http {
    client_body_temp_path tmp_body;
    proxy_temp_path       tmp_proxy;
    fastcgi_temp_path     tmp_fastcgi;
    uwsgi_temp_path       tmp_uwsgi;
    scgi_temp_path        tmp_scgi;
    access_log off;
    rackscope_logs_zone z;
    $directive
    server {
        listen 127.0.0.1:$port;
        keepalive_requests 100000000;
        location / { $id return 200 ok; }
    }
}
END
    close $conf or die "$prefix: $!\n";

    system($nginx, '-p', $prefix, '-c', "$prefix/nginx.conf", '-e',
        "$prefix/error.log") == 0 or die "nginx does not start\n";

    open my $file, '<', "$prefix/nginx.pid" or die "no pid: $!\n";
    chomp(my $master = <$file>);
    my ($worker) = split q{ }, `pgrep -P $master`;

    return { port => $port, master => $master, worker => $worker };
}

sub cpu {
    my $server = shift;

    open my $file, '<', "/proc/$server->{worker}/stat" or die "no worker: $!\n";
    my @stat = split q{ }, <$file>;
    return ($stat[13] + $stat[14]) * $tick;
}

# Microseconds of the worker, by request.

sub cost {
    my $server = shift;

    my $before = cpu($server);
    my ($requests) = `wrk -t1 -c8 -d1s http://127.0.0.1:$server->{port}/api/racks/r1`
        =~ /(\d+)\ requests\ in/x;

    return (cpu($server) - $before) / $requests;
}

sub median { return (sort { $a <=> $b } @_)[ @_ / 2 ] }

for (@id) {
    my ($name, $id) = @$_;

    my $off = start($id, '');
    my $on  = start($id, 'rackscope_logs_access_log z;');
    my (@without, @with, @more);

    for my $pair (1 .. $pairs) {
        my %cost = map { $_ => cost($_) } $pair % 2 ? ($off, $on) : ($on, $off);

        push @without, $cost{$off};
        push @with,    $cost{$on};
        push @more,    $cost{$on} - $cost{$off};
    }

    kill 'QUIT', map { $_->{master} } $off, $on;

    printf "%s: off %.2f us, on %.2f us; more: median %.2f us, least %.2f us\n",
        $name, median(@without), median(@with), median(@more), min(@more);
}
