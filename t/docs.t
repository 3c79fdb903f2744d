# SPDX-License-Identifier: BSD-2-Clause
#
# Every block of README.md and docs/ works as it is printed, at the place that
# the text names: commands and programs against the server that the README
# starts, configurations with nginx -t.
#
# Two things are replaced.  Ports of servers that run, because other tests run at the
# same time; nginx -t binds the ports that are printed.  And the folders of the system:
# /etc/nginx, and that of a cache in /run; that Debian's nginx reads what the commands
# put there is looked at.  A path that is relative in the text is relative here too: to
# a folder that has the files of a clone in which "make" was run.

use strict;
use warnings;

use File::Basename qw(basename dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use MIME::Base64 qw(encode_base64);
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root  = Rackscope::Nginx::root();
my @pages = ("$root/README.md", sort glob "$root/docs/*.md");

# The ports after the first are those that "make run" takes.

my @ports = Rackscope::Nginx::ports(10);
my %port  = (8080 => $ports[0], 8081 => $ports[1], 8000 => $ports[3]);
my $api   = "http://127.0.0.1:$port{8080}/api/logs";
my @admin = ('-u', 'admin:sesame');

my $clone = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod oct 755, $clone;

make_clone();

# Blocks by the name behind their ```: [ page, line, text ].

sub blocks {
    my ($name, @of) = @_;

    my @blocks;

    for my $page (@of ? @of : @pages) {
        my $text = slurp($page);

        while ($text =~ /^```\Q$name\E\n(.*?)^```$/gms) {
            my $block = $1;
            my $line  = 1 + (substr($text, 0, $-[0]) =~ tr/\n//);
            push @blocks, [ basename($page), $line, $block ];
        }
    }

    return @blocks;
}

sub localize {
    my ($text) = @_;

    $text =~ s/\b(8080|8081|8000)\b/$port{$1}/g;
    $text =~ s{/etc/nginx/}{$clone/etc/}g;
    return $text;
}

# What the text expects in a clone: the files of docs/examples, and what "make"
# and "make tool" leave in build/.

sub make_clone {
    my $module = Rackscope::Nginx::module();

    make_path("$clone/docs/examples", "$clone/build");

    for my $file (grep { -f } glob "$root/docs/examples/*") {
        my $text = slurp($file);
        $text = localize($text) if $file =~ /\.conf\z/;
        spew("$clone/docs/examples/" . basename($file), $text);
        chmod oct 755, "$clone/docs/examples/" . basename($file) if -x $file;
    }

    for (basename($module), 'rackscope-redact') {
        symlink dirname($module) . "/$_", "$clone/build/$_";
    }

    spew("$clone/app.log", "started\npassword=hunter2\nbadge 123456\n");
    return;
}

# What the environment of an nginx with sanitizers has to have.

sub preload {
    return if !$ENV{RACKSCOPE_PRELOAD};
    return (
        LD_PRELOAD   => $ENV{RACKSCOPE_PRELOAD},
        ASAN_OPTIONS => 'detect_leaks=0',
    );
}

# Runs the text until it ends.

sub command {
    my ($block, %opt) = @_;

    my ($page, $line, $text) = @$block;
    my $result = run({ dir => $clone, %opt }, 'bash', '-e', '-o', 'pipefail',
        '-c', localize($text));

    is $result->{rc}, 0, "command at $page:$line" or diag $result->{err};
    unlike $result->{out}, qr/"detail"|<html>/, 'without an error';
    return $result->{out};
}

# Starts the text, which does not end by itself, in a process group of its own,
# as a terminal would; returns that, to be ended as Ctrl-C does.

my @running;

sub foreground {
    my ($block, $dir, $ready, %env) = @_;

    my ($page, $line, $text) = @$block;
    my $out = "$clone/out." . @running;
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        setpgrp;
        chdir $dir or die "$dir: $!\n";
        open STDOUT, '>', $out      or die "$out: $!\n";
        open STDERR, '>&', \*STDOUT or die "$out: $!\n";

        @ENV{ keys %env } = values %env;
        exec 'bash', '-c', localize($text) or POSIX::_exit(127);
    }

    push @running, $pid;
    my $started = sub { $ready->(slurp($out) // '') || !alive($pid) };

    ok wait_until(\&$started, 60) && alive($pid), "command at $page:$line runs"
        or diag slurp($out);
    return $pid;
}

sub interrupt {
    my ($pid) = @_;

    kill 'INT', -$pid;
    return defined Rackscope::Util::reap($pid, 30);
}

END {
    local $?;
    kill 'TERM', map { -$_ } @running;
}

sub records {
    return @{ decode_json(curl(@admin, "$api?n=1000")->{out})->{records} };
}

# Nothing is left out: each block is one of these, and a command is not hidden
# in a block that is only indented.

my %kinds;

for my $page (@pages) {
    my $text = slurp($page);

    $kinds{$1}++ while $text =~ s/^```(\S*)\n.*?^```$//ms;
    unlike $text,
        qr/^\ {4,}(?:\$\ |(?:make|curl|sudo|nginx|python3?|build\/\S+)\s)/mx,
        basename($page) . ': no command without a block';
}

# Those of the proxies are run by t/proxies.t, that of rsyslog for Elasticsearch
# by t/senders/aggregators.t, and those of Redis by t/share-acl.t.  Commands of
# programs that are not here are "shell", and the configuration of other senders
# has kinds of its own.

is_deeply [ sort keys %kinds ],
    [qw(alloy apache caddyfile csharp haproxy ini js json lighttpd logstash
        nginx php python redis rsyslog sh shell syslog-ng toml vcl xml yaml)],
    'blocks are of these kinds';

# The README, from top to bottom.

my ($make, $configure, @readme);

for my $block (blocks('sh', $pages[0])) {
    if    ($block->[2] =~ /make\ run/x)     { $make      = $block }
    elsif ($block->[2] =~ /nginx\ -s\ /x)   { $configure = $block }
    else                                    { push @readme, $block }
}

my ($address) = slurp($pages[0]) =~ m{<(http://\S+)>};
my $server = foreground($make, $root, sub { $_[0] =~ /Ctrl-C\ stops\ it/x },
    PORT => $port{8080}, preload());

like curl(@admin, localize($address))->{out}, qr/\A<!doctype\ html>/x,
    'the page is where the README says';

my $read = pop @readme;
command($_) for @readme;

for my $block (blocks('python')) {
    my ($page, $line, $text) = @$block;

    my $result = run({ dir => "$clone/docs/examples" }, 'python3', '-c',
        localize($text));
    is $result->{rc}, 0, "program at $page:$line" or diag $result->{err};
}

my %record = map { $_->{message} => $_ } records();

is $record{'stock low'}{level}, 'WARNING',
    'the Python example logs by its handler';
is $record{'stock low'}{item}, 4711, 'with its extra field';
ok $record{'WARNING: disk at 91%, password=***'},
    'the first example is redacted';

my %shown = map { $_->{message} => 1 } @{ decode_json(command($read))->{records} };
ok $shown{'payment failed'} && $shown{'stock low'},
    'the command that reads them shows them';

# The commands of docs/, against the same server.

for my $block (blocks('sh', @pages[ 1 .. $#pages ])) {
    my ($page, $line, $text) = @$block;

    if ($text =~ m{follow[.]sh}) {
        $block->[2] =~ s{/var/log/}{$clone/};
        my $pid = foreground($block, $clone,
            sub { (slurp("$clone/app.ndjson") // '') =~ /^[{]"_seq":.*\n/mx });
        ok interrupt($pid), 'and has written a record';

    } elsif ($text =~ m{/logs/stream}) {
        curl('-d', '{"message":"streamed"}',
            "http://127.0.0.1:$port{8081}/internal/logs");
        ok interrupt(foreground($block, $clone, sub { $_[0] =~ /^(?:data:\ )?[{]"_seq"/mx })),
            'and has sent a record';

    } else {
        command($block);
    }
}

# A browser's script, with as much of a browser as it needs.

my $browser = <<'END';
class EventSource {
    constructor(path) {
        fetch(process.env.ORIGIN + path, {
            headers: { Authorization: "Basic " + btoa("admin:sesame") },
        }).then((response) => this.read(response));
    }
    async read(response) {
        console.log(response.status);
        let text = "";
        for await (const piece of response.body) {
            const lines = (text + Buffer.from(piece)).split("\n");
            text = lines.pop();
            for (const line of lines) {
                if (line.startsWith("data: "))
                    this.onmessage({ data: line.slice(6) });
            }
        }
    }
}
END

for my $block (blocks('js')) {
    my ($page, $line, $text) = @$block;

    spew("$clone/page.js", $browser . $text);
    my $node = foreground([ $page, $line, 'exec node page.js' ], $clone,
        sub { $_[0] =~ /^200$/m }, ORIGIN => "http://127.0.0.1:$port{8080}");

    curl('-d', '{"message":"for the script"}',
        "http://127.0.0.1:$port{8081}/internal/logs");
    ok wait_until {
        slurp("$clone/out." . $#running) =~ /^for\ the\ script$/mx
    }, 'it shows the message of a record';
    interrupt($node);
}

# The answer that ingest.md shows is the one to a body as it describes it.

my ($answer) = blocks('json');
my $body = '[' . join(",\n", map { encode_json($_) } { message => 'a' },
    { message => 'b' }, { level => 'debug', message => 'c' }) . qq(,\n{"message":}]\n);

is canon(curl('--data-binary', $body,
    "http://127.0.0.1:$port{8081}/internal/logs")->{out}),
    canon($answer->[2]), "answer at $answer->[0]:$answer->[1]";
is scalar(blocks('json')), 1, 'and there is no other';

ok interrupt($server), 'Ctrl-C ends make run';

# The two configurations of those who may read, as the examples have them.  They are put
# where nginx looks for them, as the README says, and take effect by its commands.

my ($ten)   = blocks('nginx', $pages[0]);
my ($login) = grep { $_->[2] =~ m{= /auth\b} } blocks('nginx', "$root/docs/security.md");

is scalar(grep { /\S/ } split /\n/, $ten->[2]), 10,
    'the configuration of the README has ten lines';
is $ten->[2], slurp("$root/docs/examples/password.conf"), 'those of password.conf';
is $login->[2], slurp("$root/docs/examples/logs.conf"),
    'and that of security.md is logs.conf';

make_path("$clone/etc/conf.d", "$clone/modules");
symlink Rackscope::Nginx::module(),
    "$clone/modules/" . basename(Rackscope::Nginx::module());

my $temporary = join '', map { "${_}_temp_path $clone/tmp;\n" }
    qw(client_body proxy fastcgi uwsgi scgi);

spew("$clone/etc/nginx.conf", <<"END");
load_module modules/ngx_http_rackscope_logs_module.so;
pid         $clone/pid;
events {}

http {
    $temporary
    access_log off;
    include    $clone/etc/conf.d/*.conf;
}
END

# With what an nginx with sanitizers needs.

my %preload  = preload();
my $with     = join ' ', map { "$_=$preload{$_}" } sort keys %preload;
my $nginx    = "$with " . Rackscope::Nginx::binary()
    . " -p $clone -c $clone/etc/nginx.conf -e stderr";
my $terminal = q{printf 'sesame\nsesame\n' | setsid -w openssl};

my $daemon = foreground([ "nginx of $configure->[0]", $configure->[1],
    "env $nginx -g 'daemon off;'" ], $clone, sub { -s "$clone/pid" });

command([ @$configure[ 0, 1 ], <<"END" ]);
nginx() { env $nginx "\$@"; }
openssl() { $terminal "\$@"; }
$configure->[2]
END

ok wait_until { curl('-f', @admin, $api)->{rc} == 0 }, 'the ten lines take effect';
like curl(@admin, localize($address))->{out}, qr/\A<!doctype\ html>/x,
    'the page is there';

rename "$clone/etc/logs.htpasswd", "$clone/etc/gone";
is curl('-o', '/dev/null', '-w', '%{http_code}', @admin, $api)->{out}, 403,
    'without the file of the password it is closed';
rename "$clone/etc/gone", "$clone/etc/logs.htpasswd";

works_for_admins($daemon);

# Where Debian's nginx reads it.

SKIP: {
    my $debian = slurp('/etc/nginx/nginx.conf');

    skip q{needs Debian's nginx}, 2 if !$debian || !-e '/etc/debian_version';

    for my $text ($configure->[2], slurp("$root/docs/install.md")) {
        my ($folder) = $text =~ m{(/etc/nginx/(?:conf[.]d|modules-enabled)/)\w}x;
        like $debian, qr/^\s*include\ \Q$folder\E\*/mx, "Debian's nginx reads $folder";
    }
}

# The login of an application.

my $approved = 'Basic ' . encode_base64('admin:sesame', '');

spew("$clone/etc/conf.d/application.conf", <<"END");
server {
    listen 127.0.0.1:$port{8000};

    if (\$http_authorization != "$approved") {
        return 401;
    }

    location / {
        return 204;
    }
}
END
spew("$clone/etc/conf.d/rackscope-logs.conf", localize($login->[2]));

$daemon = foreground([ 'application', 1, "env $nginx -g 'daemon off;'" ], $clone,
    sub { curl('-f', @admin, $api)->{rc} == 0 });
works_for_admins($daemon);

sub works_for_admins {
    my ($pid) = @_;

    for my $path ($api, "$api/stream", localize($address)) {
        is curl('-o', '/dev/null', '-w', '%{http_code}', $path)->{out}, 401,
            'nobody else';
    }

    command($_) for @readme;
    is keys %{ { map { $_->{message} => 1 } records() } }, 3,
        'the commands of the README work with it';
    command($read);
    ok interrupt($pid), 'Ctrl-C ends it';
    return;
}

# Configurations that are parts, in what stands around them.

sub complete {
    my ($block) = @_;

    $block =~ s{ /run/(?=logs-auth)}{ %%PREFIX%%/}g;
    $block =~ s{/etc/nginx/(?=redis[.]pass)}{%%PREFIX%%/}g;

    my ($main, $http) = ('', $block);
    my $auth = $block =~ m{= /auth\b} ? '' : 'location = /auth { return 204; }';

    if ($block =~ /\A\s*worker_/) {
        ($main, $http) = ($block, '');

    } elsif ($block =~ /\A\s*location/) {
        $http = "server { listen 127.0.0.1:8080; $block $auth }";
    }

    my $zone = $block =~ /rackscope_logs_zone\s+app\b/
        ? '' : 'rackscope_logs_zone app;';

    return <<"END";
%%GLOBALS%%
$main
events {}

http {
    %%PATHS%%
    $zone
    $http
}
END
}

my $checker = Rackscope::Nginx->new(h2 => 1);
symlink 'key.pem', $checker->prefix . '/cert.key';
spew($checker->prefix . '/redis.pass', "correct-horse-battery\n");

for my $block (blocks('nginx')) {
    my ($page, $line, $text) = @$block;

    $checker->configure(conf => complete($text));
    my $result = $checker->check;
    is $result->{rc}, 0, "configuration at $page:$line" or diag $result->{err};
    unlike $text, qr{=\ /auth\ \{[^\}]*return\ 2}x, 'not open to everybody';
}

# Every directive that there is is described, and no other.

my $code = slurp("$root/ngx_rackscope_logs/http/ngx_http_rackscope_logs_module.c");
my %known = map { $_ => 1 } $code =~ /ngx_string\("(rackscope_logs\w*)"\)/g;
my %described = map { $_ => 1 }
    slurp("$root/docs/directives.md") =~ /^## (rackscope_logs\w*)$/gm;

is_deeply [ sort keys %described ], [ sort keys %known ],
    'the directives of the documentation are those of the module';

# What the module is said to say, it can say: each text in the first two columns of
# these tables is in the code, with something else where the table has "…".

my $texts = join '', map { slurp($_) }
    glob "$root/ngx_rackscope_logs/{http,share}/*.c";
$texts =~ s/\\"/\x00/g;
$texts =~ s/"\s*NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV\s*"/RACKSCOPE_LOG_LEVEL/g;
$texts =~ s/"\s*"//g;
$texts =~ tr/\x00/"/;

for (
    [ 'directives.md', 'what it says' ],
    [ 'operations.md', 'level | text' ],
    [ 'operations.md', 'the reason' ],
) {
    my ($page, $head) = @$_;

    my @rows = map { split /\n/ }
        slurp("$root/docs/$page") =~ /^\|\ \Q$head\E\ \|.*\n\|.*\n((?:\|.*\n)+)/gmx;
    my @said = map { /`([^`]{12,})`/g }
        map { join ' ', (split /\ \|\ /x)[ 0 .. $head =~ tr/|// ] } @rows;

    cmp_ok scalar @said, '>', 5, "$page: texts of the module";

    for my $text (@said) {
        my @parts = grep { length } split /(?:[:,]\ )?…/, $text;
        is_deeply [ grep { index($texts, $_) < 0 } @parts ], [], $text;
    }
}

# Every parameter of the API is described, and no other.

my $api_rows = slurp("$root/docs/api.md") =~ /^\| parameter \|.*\n((?:\|.*\n)+)/m
    ? $1 : '';

my @parameters = slurp("$root/ngx_rackscope_logs/core/rsl_query.c")
    =~ /\{ rsl_string\("(\w+)"\), rsl_query_parse_/g;

is_deeply [ sort $api_rows =~ /^\| `(\w+)` \|/gm ], [ sort @parameters ],
    'the parameters of the documentation are those of the API';

done();
