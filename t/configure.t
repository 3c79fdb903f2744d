# SPDX-License-Identifier: BSD-2-Clause
#
# nginx's ./configure says what is missing to build the module, and where to get
# it.  Here it is asked only for the part that is the module's.

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root    = Rackscope::Nginx::root();
my $headers = $ENV{NGX_DEV} || '/usr/share/nginx/src';

if (!-e "$headers/auto/feature") {
    plan skip_all => q{needs nginx's auto/feature};
}

my $dir = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);

sub configure {
    my ($flags) = @_;

    unlink "$dir/config.h";
    return run({ dir => $headers }, 'sh', '-c', <<"END", './configure');
ngx_addon_dir=$root
ngx_module_link=DYNAMIC
ngx_n=-n
NGX_OBJS=$dir
NGX_AUTOTEST=$dir/autotest
NGX_AUTOCONF_ERR=$dir/autoconf.err
NGX_AUTO_CONFIG_H=$dir/config.h
CC=cc
CC_TEST_FLAGS="$flags"
. $root/config
echo "libraries:\$ngx_module_libs"
echo "sources:\$ngx_module_srcs"
END
}

# A header that is not there.

sub without {
    my ($header) = @_;

    my $hidden = "$dir/" . $header =~ s{/}{-}gr;
    make_path(dirname("$hidden/$header"));
    spew("$hidden/$header", "#error\n");
    return configure("-I $hidden");
}

my $result = configure('');
is $result->{rc}, 0, 'nothing is missing' or diag $result->{out};
unlike $result->{out}, qr{^\./configure:|\ not\ found}mx,
    'and nothing is said to be';
like $result->{out}, qr/^libraries:.*-lhiredis/m, 'with hiredis';
like $result->{out}, qr{^sources:.*/share/}m, 'and what needs it';

my %needed = (
    'pcre2.h'     => qr/PCRE2 library, 10\.30 .*libpcre2-dev .*pcre2-devel/s,
    'jansson.h'   => qr/jansson library, 2\.14 .*libjansson-dev .*jansson-devel/s,
    'zlib.h'      => qr/zlib library:.*zlib1g-dev .*zlib-devel/s,
    'zstd.h'      => qr/Zstandard library, 1\.4 .*libzstd-dev .*libzstd-devel/s,
    'stdatomic.h' => qr/C11 compiler: gcc/,
);

for my $header (sort keys %needed) {
    $result = without($header);
    is $result->{rc}, 1, "without $header: it stops";
    like $result->{out}, qr{^\./configure: error: \S+ needs [^\n]*}m,
        "without $header: with nginx's words";
    like $result->{out}, $needed{$header}, "without $header: says what is needed";
}

$result = configure('-Dexplicit_bzero=no_such_function');
is $result->{rc}, 1, 'without explicit_bzero(): it stops';
like $result->{out}, qr/needs a C library that has explicit_bzero/,
    'without explicit_bzero(): says so';

$result = without('hiredis/hiredis.h');
is $result->{rc}, 0, 'without hiredis: it goes on';
like $result->{out}, qr{^\./configure:\ warning:.*"rackscope_logs_share".*
    hiredis\ library,\ 0\.14.*libhiredis-dev}msx, 'without hiredis: says so';
unlike $result->{out}, qr/^libraries:.*-lhiredis/m, 'without the library';
unlike $result->{out}, qr{^sources:.*/share/}m, 'and what needs it';
like slurp("$dir/config.h"), qr/define NGX_HTTP_RACKSCOPE_LOGS_SHARE\s+0/,
    'which the sources see';

done();
