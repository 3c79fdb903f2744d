# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Proxy;

# A real proxy in front of a server of the test, in the foreground, in a folder
# of its own.
#
#     my $proxy = Rackscope::Proxy->new('haproxy', $nginx->port(9),
#         $nginx->port(0)) or skip …;
#
# is a proxy that listens on the first port and passes requests to the second,
# or undef if the proxy is not installed.  It has its defaults and the settings
# that docs/operations.md gives.  Its own compression is switched on, because
# that is the harder case.  The proxy is stopped when the object is destroyed.

use strict;
use warnings;

use File::Temp qw(tempdir);
use POSIX ();

use Rackscope::Client;
use Rackscope::Nginx;
use Rackscope::Util qw(wait_until slurp spew alive children);

my $modules = '/usr/lib/apache2/modules';

# For each: the program, which may be in a folder that is not in a user's PATH,
# its arguments, and its configuration.  In both, %%…%% is filled in; %%DOC%%
# is the block of this kind in docs/operations.md.

my %proxies = (
    haproxy => {
        program => '/usr/sbin/haproxy',
        args    => [qw(-db -f %%CONF%%)],
        conf    => <<'END',
%%DOC%%

frontend test
    bind 127.0.0.1:%%PORT%%
    default_backend nginx

backend nginx
    server nginx 127.0.0.1:%%UPSTREAM%%
END
    },

    lighttpd => {
        program => '/usr/sbin/lighttpd',
        args    => [qw(-D -f %%CONF%%)],
        conf    => <<'END',
server.document-root = "%%DIR%%"
server.upload-dirs = ( "%%DIR%%" )
server.bind = "127.0.0.1"
server.port = %%PORT%%
%%DOC%%
END
    },

    vcl => {
        program => '/usr/sbin/varnishd',
        args    => [qw(-F -j none -T none -n %%DIR%%/varnish -s), 'malloc,16m',
            qw(-f %%CONF%% -a 127.0.0.1:%%PORT%%)],
        conf    => <<'END',
vcl 4.1;
backend nginx { .host = "127.0.0.1"; .port = "%%UPSTREAM%%"; }
%%DOC%%
END
    },

    apache => {
        program => '/usr/sbin/apache2',
        args    => [qw(-D FOREGROUND -f %%CONF%%)],
        conf    => <<"END",
ServerRoot %%DIR%%
ServerName localhost
Listen 127.0.0.1:%%PORT%%
PidFile %%DIR%%/pid
DefaultRuntimeDir %%DIR%%
ErrorLog %%DIR%%/error.log
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule filter_module $modules/mod_filter.so
LoadModule deflate_module $modules/mod_deflate.so
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_http_module $modules/mod_proxy_http.so
SetOutputFilter DEFLATE
ProxyPass / http://127.0.0.1:%%UPSTREAM%%/
END
    },

    caddyfile => {
        program => '/usr/bin/caddy',
        args    => [qw(run --adapter caddyfile --config %%CONF%%)],
        conf    => <<'END',
{
    admin off
    auto_https off
}
:%%PORT%% {
    bind 127.0.0.1
%%DOC%%
}
END
    },
);

sub new {
    my ($class, $name, $port, $upstream) = @_;

    my $proxy = $proxies{$name};
    return if !-x $proxy->{program};

    my $self = bless {
        name  => $name,
        dir   => tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1),
        owner => $$,
    }, $class;

    my %fill = (
        DIR      => $self->{dir},
        CONF     => "$self->{dir}/conf",
        PORT     => $port,
        UPSTREAM => $upstream,
    );

    my ($conf, @args) = map { s/%%DOC%%/documented($name)/er }
        $proxy->{conf}, @{ $proxy->{args} };
    s/%%(\w+)%%/$fill{$1}/g, s/\b8080\b/$upstream/g for $conf, @args;

    spew($fill{CONF}, $conf);
    $self->_start($proxy->{program}, @args);

    wait_until { _answers($port) || !alive($self->{pid}) } 30;
    _answers($port) or die "$name did not start: ", $self->output, "\n";

    return $self;
}

sub output { return slurp("$_[0]{dir}/output") }

# The block of this kind in docs/operations.md.

sub documented {
    my ($name) = @_;

    my $text = slurp(Rackscope::Nginx::root() . '/docs/operations.md');
    my ($block) = $text =~ /^```\Q$name\E\n(.*?)^```$/ms;
    return $block // die "docs/operations.md says nothing for $name\n";
}

sub _start {
    my ($self, @command) = @_;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        $ENV{HOME} = $self->{dir};    # where Caddy keeps its files
        open STDIN,  '<',  '/dev/null'            or POSIX::_exit(126);
        open STDOUT, '>',  "$self->{dir}/output" or POSIX::_exit(126);
        open STDERR, '>&', \*STDOUT               or POSIX::_exit(126);
        { no warnings 'exec'; exec { $command[0] } @command; }
        POSIX::_exit(127);
    }

    $self->{pid} = $pid;
    return;
}

sub _answers {
    my ($port) = @_;

    my $client   = eval { Rackscope::Client->new($port) } or return;
    my $response = $client->request('GET', '/api/logs', timeout => 5);
    return $response && $response->status == 200;
}

# Stops the proxy and the processes that it started, and kills any that is
# left.

sub stop {
    my ($self) = @_;

    return if $$ != $self->{owner};

    my $pid = delete $self->{pid} or return;
    my @all = ($pid, _descendants($pid));

    kill 'TERM', $pid;
    wait_until { waitpid($pid, POSIX::WNOHANG()) && !grep { alive($_) } @all };
    kill 'KILL', grep { alive($_) } @all;
    waitpid $pid, 0;
    return;
}

sub _descendants {
    my ($pid) = @_;

    return map { ($_, _descendants($_)) } children($pid);
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    $self->stop;
    return;
}

1;
