# Every configuration in README.md and docs/ passes nginx -t, and every command
# and program in them runs against the server of the README.

use strict;
use warnings;

use File::Basename qw(basename);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root = Rackscope::Nginx::root();

# Blocks by the name behind their ```: [ file, line, text ].

sub blocks {
    my ($name) = @_;

    my @blocks;

    for my $file ((sort glob "$root/docs/*.md"), "$root/README.md") {
        my $text = slurp($file);

        while ($text =~ /^```\Q$name\E\n(.*?)^```$/gms) {
            my $block = $1;
            my $line  = 1 + (substr($text, 0, $-[0]) =~ tr/\n//);
            push @blocks, [ basename($file), $line, $block ];
        }
    }

    return @blocks;
}

# Ports and files of the documents become those of the test.

sub localize {
    my ($text) = @_;

    my %port = (8080 => 0, 8081 => 1, 8000 => 2, 8082 => 3, 8443 => 4);

    $text =~ s/\b(8080|8081|8000|8082|8443)\b/%%PORT_$port{$1}%%/g;
    $text =~ s/^load_module [^;]*;/%%GLOBALS%%/m;
    $text =~ s/^http \{$/http {\n    %%PATHS%%\n/m;
    $text =~ s/\bcert\.pem/%%PREFIX%%\/cert.pem/g;
    $text =~ s/\bcert\.key/%%PREFIX%%\/key.pem/g;
    $text =~ s/unix:\/tmp\//unix:%%PREFIX%%\//g;

    return $text;
}

# What stands around a block that is only a part.

sub complete {
    my ($block) = @_;

    return localize($block) if $block =~ /^http \{/m;

    my ($main, $http) = ('', $block);
    my $auth = $block =~ m{= /auth\b} ? '' : 'location = /auth { return 204; }';

    if ($block =~ /\A\s*worker_/) {
        ($main, $http) = ($block, '');

    } elsif ($block =~ /\A\s*location/) {
        $http = "server { listen 8080; $block $auth }";
    }

    my $zone = $block =~ /rackscope_logs_zone app\b/
        ? '' : 'rackscope_logs_zone app;';

    return localize(<<"END");
load_module module.so;
$main
events {}

http {
    $zone
    $http
}
END
}

# A backend for the README's auth_request: it lets everybody in.

my $backend = 'server { listen 127.0.0.1:8000; return 204; }';

my ($readme) = grep { $_->[0] eq 'README.md' } blocks('nginx');
ok $readme, 'the README has a configuration';

my $conf = $readme->[2];
$conf =~ s/^\}\s*\z/    $backend\n}\n/m;

my $nginx = Rackscope::Nginx->new(conf => localize($conf))->start;
ok wait_until(sub { $nginx->get('/api/logs')->status == 200 }, 10),
    'the server of the README answers';

my $lines = grep { /\S/ } split /\n/, $readme->[2];
cmp_ok $lines, '<=', 30, 'and its configuration is short';

my $checker = Rackscope::Nginx->new(h2 => 1);

for my $block (blocks('nginx')) {
    my ($file, $line, $text) = @$block;

    $checker->configure(conf => complete($text));
    my $result = $checker->check;
    is $result->{rc}, 0, "configuration at $file:$line" or diag $result->{err};
}

for my $block (blocks('sh')) {
    my ($file, $line, $text) = @$block;

    $text =~ s/127\.0\.0\.1:8080/"127.0.0.1:" . $nginx->port(0)/ge;
    $text =~ s/127\.0\.0\.1:8081/"127.0.0.1:" . $nginx->port(1)/ge;

    my $result = run({ dir => $root, timeout => 60 }, 'bash', '-e', '-o',
        'pipefail', '-c', $text);
    is $result->{rc}, 0, "command at $file:$line" or diag $result->{err};
    unlike $result->{out}, qr/"detail"|<html>/, 'without an error';
}

for my $block (blocks('python')) {
    my ($file, $line, $text) = @$block;

    $text =~ s/127\.0\.0\.1:8081/"127.0.0.1:" . $nginx->port(1)/ge;

    my $env    = { PYTHONPATH => "$root/docs/examples",
        PYTHONDONTWRITEBYTECODE => 1 };
    my $result = run({ env => $env }, 'python3', '-c', $text);
    is $result->{rc}, 0, "program at $file:$line" or diag $result->{err};
}

my ($stock) = grep { $_->{message} eq 'stock low' } $nginx->records('n=100');
is $stock->{level}, 'WARNING', 'the Python example logs by its handler';
is $stock->{item}, 4711, 'with its extra field';

my ($disk) = grep { $_->{message} =~ /disk at/ } $nginx->records('n=100');
is $disk->{message}, 'WARNING: disk at 91%, password=***',
    'the first example is redacted';

# Every directive that there is is described, and no other.

my $code = slurp("$root/ngx_rackscope_logs/ngx_http_rackscope_logs_module.c");
my %known = map { $_ => 1 } $code =~ /ngx_string\("(rackscope_logs\w*)"\)/g;
my %described = map { $_ => 1 }
    slurp("$root/docs/directives.md") =~ /^## (rackscope_logs\w*)$/gm;

is_deeply [ sort keys %described ], [ sort keys %known ],
    'the directives of the documentation are those of the module';

done();
