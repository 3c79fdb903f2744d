# SPDX-License-Identifier: BSD-2-Clause
#
# The build stops where nginx would refuse the module, and says what to do: the
# nginx is not the one of the headers, was configured in another way, or is not
# there.  Without Debian's compiler flags it builds with plain ones, and also for
# an nginx without the features that are optional.

use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root    = Rackscope::Nginx::root();
my $headers = '/usr/share/nginx/src';
my $debian  = '/usr/sbin/nginx';

if (!-x $debian || !-e "$headers/conf_flags") {
    plan skip_all => 'needs an installed nginx and its headers';
}

my $dir = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);

my ($ours) = slurp("$headers/src/core/nginx.h") =~
    /define NGINX_VERSION\s+"([\d.]+)"/;
my $real = run($debian, '-V')->{err};

# How "make test" was called must not reach the builds of this test.

my %env = map { $_ => undef } qw(MAKEFLAGS MAKELEVEL MFLAGS NGX_SRC NGX_DEV CC
    SANITIZE PORTABLE RACKSCOPE_NGINX RACKSCOPE_MODULE RACKSCOPE_REDIS);
$env{PROGRESS_SECONDS} = 1000;

# A program that says of itself what nginx -V says.

my $programs = 0;

sub fake_nginx {
    my ($says, $more) = @_;

    my $folder = "$dir/" . ++$programs;
    mkdir $folder or die "$folder: $!\n";
    spew("$folder/says", $says);
    spew("$folder/nginx",
        "#!/bin/sh\ncat $folder/says >&2\n" . ($more // '') . "\n");
    chmod oct 755, "$folder/nginx";
    return "$folder/nginx";
}

sub build {
    my (%more) = @_;

    my $from = delete $more{from} // $root;

    return run({
            env     => { %env, BUILD => "$dir/build", %more },
            dir     => $from,
            timeout => 600
        }, '.ci/build');
}

# It ended before anything was built, and said these things.

sub refused {
    my ($result, $name, @said) = @_;

    isnt $result->{rc}, 0, "$name: is an error";
    like $result->{err}, $_, "$name: says $_" for @said;
    ok !-e "$dir/build/objs", "$name: before anything is built";
    return;
}

# Another version of nginx, as nginx.org's packages have it, and a fork's.

my $other = fake_nginx("nginx version: nginx/1.99.7\n"
        . "configure arguments: --with-compat\n");

refused(build(RACKSCOPE_NGINX => $other), 'another version',
    qr/\Q$other\E is nginx 1\.99\.7/, qr/those of nginx \Q$ours\E/,
    qr{make NGX_SRC=/path/to/nginx-1\.99\.7});

my $fork = fake_nginx("openresty version: openresty/$ours.1\n");
refused(build(RACKSCOPE_NGINX => $fork), 'a fork', qr/is nginx \Q$ours\E\.1,/,
    qr/NGX_SRC=/);

# No headers, no nginx, no answer.

refused(build(NGX_DEV => "$dir/none"), 'no headers',
    qr/\Q$debian\E is nginx \Q$ours\E/,
    qr/there are no headers in \Q$dir\E\/none/, qr/NGX_SRC=/);

refused(build(RACKSCOPE_NGINX => "$dir/none"), 'no nginx',
    qr/\Q$dir\E\/none is missing/, qr/NGINX=/, qr/NGX_SRC=/);

my $broken = fake_nginx("error while loading shared libraries\n", 'exit 127');
refused(build(RACKSCOPE_NGINX => $broken), 'an nginx that does not start',
    qr/error while loading shared libraries/, qr/NGX_SRC=/);

# The same version, configured in another way.

my $own = fake_nginx($real =~ s/ --with-compat//r);
refused(build(RACKSCOPE_NGINX => $own), 'no --with-compat',
    qr/\Q$own\E was configured without --with-compat/,
    qr{make NGX_SRC=/path/to/nginx-\Q$ours\E},
    qr/--add-dynamic-module=\Q$root\E/);

# make looks for nginx in PATH before it looks at Debian's place for it.

my $result = run({
        env => { %env, PATH => "$dir/1:$ENV{PATH}" }, dir => $root
    }, 'make', 'module');
isnt $result->{rc}, 0, 'make: is an error';
like $result->{err}, qr/\Q$other\E is nginx 1\.99\.7/,
    'make takes the nginx that comes first in PATH';

# Headers that are missing are installed for Debian's nginx, and for no other:
# apt-get would bring Debian's nginx along.

my $tools = "$dir/tools";
mkdir $tools or die "$tools: $!\n";
spew("$tools/apt-get", "#!/bin/sh\necho \"\$@\" >> $tools/called\n");
spew("$tools/dpkg-query", "#!/bin/sh\necho \"\$PROVIDES\"\n");
spew("$tools/sudo", "#!/bin/sh\nexec \"\$@\"\n");
spew("$tools/$_", "#!/bin/sh\n") for qw(install update-rc.d);
chmod oct 755, map { "$tools/$_" } qw(apt-get dpkg-query sudo install update-rc.d);

sub installs {
    my (%more) = @_;

    my $task = delete $more{task} // 'build';

    unlink "$tools/called";
    my %path = (PATH => "$tools:$ENV{PATH}", NGX_DEV => "$dir/none");
    run({ env => { %env, %path, %more }, dir => $root }, '.ci/install',
        $task);
    return slurp("$tools/called") // '';
}

my $abi = 'httpd, nginx-abi-1.22.1-7';

like installs(PROVIDES => $abi), qr/install .*nginx-dev/,
    q{headers are installed for Debian's nginx};
is installs(PROVIDES => 'httpd'), '', 'none for another package of nginx';
is installs(PROVIDES => $abi, RACKSCOPE_NGINX => $other), '',
    'none for an nginx in another place';

# All programs but dpkg-buildflags; and an nginx that differs from the real one
# only in the signature that it wants of a module, which its file holds.

mkdir "$dir/bin" or die "$dir/bin: $!\n";
for my $program (map { glob "$_/*" } reverse split /:/, $ENV{PATH}) {
    my ($name) = $program =~ m{([^/]+)\z};
    next if $name eq 'dpkg-buildflags' || !-x $program;
    unlink "$dir/bin/$name";
    symlink $program, "$dir/bin/$name";
}

# For a ring that is shared: Redis, unless there is Valkey, or what is asked for.

sub installs_redis {
    return installs(task => 'redis', PATH => "$tools:$dir/bin", @_)
        =~ /install\ .*?(\S+)$/m ? $1 : 'nothing';
}

unlink map { "$dir/bin/$_" } qw(redis-server valkey-server);
is installs_redis(), 'redis-server', 'Redis is installed';
is installs_redis(RACKSCOPE_REDIS => 'valkey-server'), 'valkey-server',
    'or Valkey, if it is asked for';
symlink $^X, "$dir/bin/valkey-server";
is installs_redis(), 'nothing', 'nothing where there is Valkey';
is installs_redis(RACKSCOPE_REDIS => 'redis-server'), 'redis-server',
    'but if Redis is asked for';

my ($signature) = slurp($debian) =~ /(\d,\d,\d,[01]{34})/;
ok $signature, 'the signature of nginx is found';

my $wanted = $signature =~ tr/01/10/r;
my $alike  = fake_nginx($real, "# $wanted");

my %plain  = (PATH => "$dir/bin");
my $module = "$dir/build/ngx_http_rackscope_logs_module.so";

$result = build(%plain, RACKSCOPE_NGINX => $alike);
isnt $result->{rc}, 0, 'another signature: is an error';
like $result->{err}, qr/\Q$wanted\E, not \Q$signature\E/,
    'another signature: says which';
like $result->{err}, qr/NGX_SRC=/, 'another signature: says what to do';
ok !-e $module, 'another signature: no module is left there';

# A clone, from which a header goes when it was built, as it may by a pull.

my $clone = "$dir/clone";
mkdir $clone or die "$clone: $!\n";
run('cp', '-r', map({ "$root/$_" } qw(.ci config config.make ngx_rackscope_logs)),
    $clone);
spew("$clone/ngx_rackscope_logs/core/rsl_gone.h", "\n");

$result = build(%plain, from => $clone);
is $result->{rc}, 0, 'it builds without dpkg-buildflags' or diag $result->{err};
like $result->{out}, qr/\ABuilding\ .*\nbuilt\ .*\n\z/x,
    'and says so before and after';

like slurp("$dir/build/settings"), qr/\Acc -O2 -g -fPIC /,
    'with plain flags';

spew("$dir/nginx.conf", "load_module $module; pid $dir/pid; events {}\n");
$result = run($debian, '-p', $dir, '-c', "$dir/nginx.conf", '-e', 'stderr',
    '-t');
is $result->{rc}, 0, 'and nginx loads that module' or diag $result->{err};

# The same for an nginx that was built with nothing that can be left out, and with
# or without hiredis.

my $bare = "$dir/bare";
mkdir $bare or die "$bare: $!\n";
run('cp', map({ "$dir/build/objs/$_" }
        qw(ngx_auto_headers.h ngx_http_rackscope_logs_page.h)), $bare);

my $optional = qr/COMPAT|DEBUG|THREADS|SSL|OPENSSL|PCRE2?|HTTP_\w+|HAVE_EVENTFD|
    HAVE_UNIX_DOMAIN/x;
my $features = slurp("$dir/build/objs/ngx_auto_config.h");
cmp_ok $features =~ s/^\#define[ ]NGX_(?:$optional)\s+1$//gmx, '>', 10,
    'some features are optional';
spew("$bare/ngx_auto_config.h", $features);

for my $share (0, 1) {
    $result = run({ dir => $headers }, 'cc', '-fsyntax-only', qw(-O -Wall -Wextra
            -Wpointer-arith -Wno-unused-parameter -Werror),
        "-DNGX_HTTP_RACKSCOPE_LOGS_SHARE=$share",
        map({ "-I$_" } glob('src/core src/event src/event/modules src/os/unix
                src/http src/http/modules'), "$root/ngx_rackscope_logs", $bare),
        glob "$root/ngx_rackscope_logs/http/*.c");
    is $result->{rc}, 0, 'it builds without any of them, '
        . ($share ? 'with hiredis' : 'and without hiredis')
        or diag $result->{err};
}

unlink "$clone/ngx_rackscope_logs/core/rsl_gone.h" or die "$!\n";
$result = build(%plain, from => $clone);
is $result->{rc}, 0, 'it builds when a header is gone' or diag $result->{err};

done();
