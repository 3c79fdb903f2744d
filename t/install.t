# SPDX-License-Identifier: BSD-2-Clause
#
# "make install" puts the module where the nginx at hand looks for it, and what
# it puts somewhere "make uninstall" removes.  The manual page and the package
# keep up with the rest.

use strict;
use warnings;

use File::Find ();
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root = Rackscope::Nginx::root();
my $dir  = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);

# How "make test" was called must not reach make here.

my %env = map { $_ => undef } qw(MAKEFLAGS MAKELEVEL MFLAGS NGX_SRC NGX_DEV CC
    SANITIZE PORTABLE RACKSCOPE_NGINX RACKSCOPE_MODULE DESTDIR);

sub make {
    my (@args) = @_;

    return run({ env => \%env, dir => $root, timeout => 600 }, 'make', '-s',
        @args);
}

# The folder of the module, for an nginx that says this of itself.

sub folder {
    my ($says, @args) = @_;

    spew("$dir/nginx", "#!/bin/sh\ncat >&2 << 'END'\n$says\nEND\n");
    chmod oct 755, "$dir/nginx";

    my $result = make('-n', 'install', "NGINX=$dir/nginx", @args);
    my ($folder) = $result->{out} =~ m{^install\ -m\ 644\ \S+[.]so\ (\S+)$}mx;
    return $folder // $result->{err};
}

my $version = 'nginx version: nginx/1.26.3';
my $with    = 'configure arguments: --with-compat';

is folder("$version\n$with --prefix=/etc/nginx --modules-path=/opt/mods --user=x"),
    '/opt/mods', 'where nginx says that its modules are';
is folder("$version\n$with --prefix=/opt/nginx --user=x"),
    '/opt/nginx/modules', 'or in its prefix';
is folder("$version\n$with"), '/usr/local/nginx/modules',
    'or in that which nginx has without one';
is folder("$version\n$with", 'modulesdir=/srv'), '/srv', 'or as it is told';
is folder("$version\n$with", 'modulesdir=/srv', 'DESTDIR=/tmp/x'),
    '/tmp/x/srv', 'below DESTDIR';
like folder('broken'), qr{modulesdir=/path}, 'no answer: what can be said';

# All files that there are, with their modes.

sub files {
    my %files;

    File::Find::find(
        sub {
            my $name = substr $File::Find::name, length "$dir/root";
            $files{$name} = sprintf '%o', (stat)[2] & oct 7777 if -f;
        },
        "$dir/root"
    );
    return \%files;
}

SKIP: {
    skip 'needs an installed nginx and its headers', 5
        if !-x '/usr/sbin/nginx' || !-e '/usr/share/nginx/src/conf_flags';

    my @args = ("DESTDIR=$dir/root", 'prefix=/opt/logs', 'modulesdir=/opt/modules');

    my $result = make('install', @args);
    is $result->{rc}, 0, 'make install' or diag $result->{err};

    is_deeply files(), {
        '/opt/modules/ngx_http_rackscope_logs_module.so' => '644',
        '/opt/logs/bin/rackscope-redact'                 => '755',
        '/opt/logs/share/man/man1/rackscope-redact.1'    => '644',
        },
        'installs these files';

    my $tool = "$dir/root/opt/logs/bin/rackscope-redact";
    is run($tool, '--version')->{out},
        'rackscope-redact ' . Rackscope::Nginx::release() . "\n",
        'the tool works';

    # as the manual page has all of its options, and no other

    my %options = map { $_ => 1 } run($tool, '--help')->{out} =~ /--(\w+)/g;
    my %manual  = map { $_ => 1 }
        slurp("$root/docs/rackscope-redact.1") =~ /Fl\ -(\w+)/gx;
    is_deeply [ sort keys %manual ], [ sort keys %options, 'help' ],
        'the manual page has its options';

    make('uninstall', @args);
    is_deeply files(), {}, 'make uninstall removes them';
}

# The package has the version of the module.

my ($package) = slurp("$root/debian/changelog") =~ /\A\S+ \((\S+)\)/;
is $package, Rackscope::Nginx::release(), 'the version of the package';

# A library that the build needs is needed wherever the module is built.

my $control = slurp("$root/debian/control");
my ($core) = slurp("$root/.ci/install") =~ /^\ +core\)\n(.*?);;/msx;
my @libraries = $core =~ /^(\S+-dev)\ /gmx;
cmp_ok scalar @libraries, '>', 3, 'there are libraries';

my ($needed) = $control =~ /^Build-Depends:(.*?)^[A-Z]/msx;
my %needed = $needed =~ /\ (\S+?)(?:\ \((.*?)\))?(?:,|$)/gmx;
is_deeply [ sort keys %needed ],
    [ sort @libraries, qw(debhelper-compat dh-sequence-nginx zopfli) ],
    'debian/control names what .ci/install installs';

my $docker  = slurp("$root/Dockerfile");
my @missing = grep { $docker !~ /\ \Q$_\E\b/ } @libraries;
is "@missing", '', 'the Dockerfile names the libraries that the build needs';

my ($least) = slurp("$root/docs/install.md") =~ /headers\ of\ (.*?)[.]\s/msx;
my %least = $least =~ /(\w+)\s(\d[.\d]*\d)/g;
my %named = (
    PCRE2     => 'libpcre2-dev',
    jansson   => 'libjansson-dev',
    Zstandard => 'libzstd-dev',
    hiredis   => 'libhiredis-dev',
);
is_deeply { map { $named{$_} => ">= $least{$_}" } keys %least },
    { map { $_ => $needed{$_} } values %named },
    'of the versions that the documentation says';

# What debian/ names is there, and each list is one of a package.

my @packages = $control =~ /^Package:\ (\S+)$/gmx;
my %built = map { $_ => 1 }
    qw(build/rackscope-redact usr/lib/nginx/modules/ngx_http_rackscope_logs_module.so);
my ($copied) = slurp("$root/.ci/deb") =~ /^cp\ -R\ (.*?)"\$work"/msx;
my @copied = grep { $_ ne q{\\} } split q{ }, $copied;
my @lists  = glob "$root/debian/*.{docs,examples,install,manpages}";
cmp_ok scalar @lists, '>', 3, 'there are lists';

is join(q{ }, grep { !-e "$root/$_" } @copied), '', 'what .ci/deb copies is there';

mkdir "$dir/source" or die "mkdir: $!\n";
symlink "$root/$_", "$dir/source/$_" or die "symlink: $!\n" for @copied;

my $result = run({ env => \%env, dir => "$dir/source" }, 'make', '-n',
    'build/rackscope-redact');
like $result->{out} . $result->{err}, qr{-o\ build/rackscope-redact\ },
    'and is enough for make';

for my $list (@lists) {
    my ($of) = $list =~ m{([^/]+)[.]\w+\z};
    ok scalar(grep { $_ eq $of } @packages), "$list is of a package";

    for my $name (map { (split)[0] } split /\n/, slurp($list)) {
        my ($top) = split m{/}, $name;
        my @there = grep { -f } glob "$root/$name";
        ok $built{$name} || (@there && grep { $_ eq $top } @copied),
            "$name is there";
    }
}

my ($without) = slurp("$root/debian/rules") =~ /dh_installexamples\ (.*)/;
my @examples = glob "$root/docs/examples/*";

for my $part (grep { $_ ne '__pycache__' } $without =~ /-X(\S+)/g) {
    ok scalar(grep { index($_, $part) >= 0 } @examples), "$part is there";
}

my @tests = slurp("$root/debian/tests/control") =~ /^Tests:\ (.*)$/gmx;
my @scripts = map { s{.*/}{}r } grep { -x } glob "$root/debian/tests/*";
is_deeply [ sort map { split } @tests ], [ sort @scripts ],
    'the tests of the package are there';

done();
