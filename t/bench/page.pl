# SPDX-License-Identifier: BSD-2-Clause
#
# Runs a program that needs nginx and a browser, and is no test:
#
#     perl t/bench/page.pl page.mjs         how fast the page is
#     perl t/bench/page.pl pictures.mjs     the pictures of docs/page.md
#
# With BESIDE=<commit> in the environment there is the page of that commit as
# well, at /beside/logs.

use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

local $ENV{RACKSCOPE_SECONDS} = 1800;

# The document of a commit, which its own "embed" makes, and the two lines that
# the module writes before it.

sub document {
    my ($commit) = @_;

    my $dir  = tempdir(CLEANUP => 1);
    my $page = "$dir/ngx_rackscope_logs/page";
    my $sh   = qq{git archive "\$1" ngx_rackscope_logs/page | tar -x -C "\$2"};

    system('sh', '-c', $sh, 'sh', $commit, $dir) == 0
        && system('sh', "$page/embed", $page, "$dir/page.h") == 0
        or die "no page of $commit\n";

    open my $header, '<', "$dir/page.h" or die "$dir/page.h: $!\n";
    my ($bytes) = do { local $/ = undef; <$header> }
        =~ /page_body\[\]\ =\ \{(.*?)\}/xs;
    close $header or die "$dir/page.h: $!\n";

    open my $html, '>', "$dir/logs.html" or die "$dir/logs.html: $!\n";
    print {$html} qq{<!doctype html>\n<html lang="en" data-api="/api/logs">\n},
        map { chr hex } $bytes =~ /0x([[:xdigit:]]{2})/g;
    close $html or die "$dir/logs.html: $!\n";

    # nginx's workers may have another user
    chmod 0755, $dir or die "$dir: $!\n";
    return "$dir/logs.html";
}

my $beside = $ENV{BESIDE} ? document($ENV{BESIDE}) : undef;
my $place  = $beside      ? <<"END"                : '';
        location = /beside/logs {
            default_type text/html;
            alias        $beside;
        }
END

# A backend that dies, for pictures.mjs.

my $nginx = Rackscope::Page->new(
    http  => 'rackscope_logs_error_log main;',
    admin => $place . <<'END',
        location /shop/ {
            rackscope_logs_access_log main;
            proxy_pass                http://127.0.0.1:%%PORT_8%%;
            proxy_set_header          X-Request-ID $request_id;
        }
END
);

$nginx->run("../bench/$_", BACKEND => $nginx->port(8)) for @ARGV;

done();
