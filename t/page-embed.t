# SPDX-License-Identifier: BSD-2-Clause
#
# page/embed: one document of several sources, the same each time, made again
# when one of them was changed, and a plain word where it cannot be done.

use strict;
use warnings;

use Digest::SHA qw(sha256_base64);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root = Rackscope::Nginx::root();
my $real = "$root/ngx_rackscope_logs/page";

my %good = (
    'logs.html' => <<'END',
<!doctype html>
<html lang="en">
<title>Logs &amp; 100% more \n</title>
<link rel="stylesheet" href="logs.css">
<p>text
<script type="module" src="logs.js"></script>
END
    'logs.css' => <<'END',
/* a comment
   of two lines */
p {
    color: red; /* kept */
}
p::after, b {
    content: "a: b, c {";
}

END
    'words.js' => <<'END',
// the words

export const WORDS = "http://x";    // a comment's quote keeps it
export const { a, b: c, ...d } = { }, path = '//';
const same = ["a = b", `c = ${ a } (${"=>"} )`, /d[/"] , e/, "f\" = g"]
    .map((x) => x / 2 || "h = i")
    && a < -c;

/*
 * import nothing from here
 */

export async function find() {
	return `${a} // ${"x".length}` + '\\'; // goes
}
END
    'logs.js' => <<'END',
import { WORDS, find } from "./words.js";
import './words.js';

class Logs { }
import("x");
find(WORDS).known;
END
    'modules' => "words.js\nlogs.js\n",
    'fields'  => "known\n",
);

my $style  = <<'END';
p{color:red; /* kept */}p::after,b{content: "a: b, c {";}
END
my $script = <<'END';
let t="http://x",{a:e,b:a,...o}={},path='//',i=["a = b",`c = ${e} (${"=>"} )`,/d[/"] , e/,"f\" = g"].map(t=>t/2||"h = i")&&e<-a;async function n(){return`${e} // ${"x".length}`+'\\'}
class r{}
import("x");n(t).e;
END

# A folder with these sources, but for the changes; undef: without that one.

sub folder {
    my (%change) = @_;

    my $dir   = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my %files = (%good, %change);

    for (keys %files) {
        spew("$dir/$_", $files{$_}) if defined $files{$_};
    }

    return $dir;
}

sub embed {
    my ($dir, %opt) = @_;

    return run(\%opt, 'sh', "$real/embed", $dir, "$dir/made.h");
}

sub array {
    my ($dir, $name) = @_;

    my ($bytes) = slurp("$dir/made.h") =~ /_page_$name\[\]\ =\ \{\n(.*?)\};/sx;
    return pack '(H2)*', $bytes =~ /0x(\w\w),/g;
}

# The good one.

my $dir    = folder();
my $result = embed($dir);

is $result->{rc}, 0, 'a page';
is $result->{out} . $result->{err}, '', 'without a word';

my $document = <<"END";
<title>Logs &amp; 100% more \\n</title>
<style>$style</style>
<p>text
<script type="module">$script</script>
END

is array($dir, 'body'), $document, 'its document';

my $made = slurp("$dir/made.h");

like $made, qr/"script-src\ 'sha256-\Q${\ sha256_base64($script)}\E=';\ "/x,
    'the hash of the script';
like $made, qr/"style-src\ 'sha256-\Q${\ sha256_base64($style)}\E=';\ "/x,
    'and of the style';
unlike $made, qr/img-src/, 'no images';
is_deeply [ map { s{.*/}{}r } sort glob "$dir/*" ],
    [ sort keys %good, 'made.h' ], 'nothing else is left';

# Again, from elsewhere, by another hash tool.

my $tools = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);

for my $tool (qw(sh awk gzip zopfli od openssl cat grep wc rm mkdir mv dirname)) {
    my ($path) = grep { -x } map { "$_/$tool" } split /:/, $ENV{PATH};
    symlink $path, "$tools/$tool" if defined $path;
}

is run({ dir => $dir }, 'sh', "$real/embed", '.', 'again.h')->{rc}, 0,
    'by relative names';
is slurp("$dir/again.h"), $made, 'the same';

is embed($dir, env => { PATH => $tools })->{rc}, 0, 'openssl for sha256sum';
is slurp("$dir/made.h"), $made, 'the same';

is embed($dir, env => { LC_ALL => 'C.UTF-8', TZ => 'UTC-5' })->{rc}, 0,
    'another environment';
is slurp("$dir/made.h"), $made, 'the same';

unlink "$tools/zopfli";
is embed($dir, env => { PATH => $tools })->{rc}, 0, 'gzip for zopfli';
is array($dir, 'body'), $document, 'the same document';

unlink "$tools/openssl";
my $none = embed($dir, env => { PATH => $tools });
is $none->{rc}, 1, 'no hash tool';
like $none->{err}, qr/no SHA-256: neither sha256sum nor openssl works/, 'says so';

my $icon = folder('logs.html' => $good{'logs.html'}
        =~ s/<p>/<link rel="icon" href="data:,">\n<p>/r);
embed($icon);
like slurp("$icon/made.h"), qr/connect-src 'self'; img-src data:; frame/,
    'an icon: img-src';

# What it refuses, and where.

my $html = $good{'logs.html'};
my ($js, $words, $css) = @good{qw(logs.js words.js logs.css)};

my @refused = (
    [ 'logs.html', undef, qr/logs\.html is not there, or empty/ ],
    [ 'logs.css',  '',    qr/logs\.css is not there, or empty/ ],
    [ 'modules',   undef, qr/modules is not there, or empty/ ],
    [ 'fields',    '',    qr/fields is not there, or empty/ ],
    [ 'words.js',  undef, qr/words\.js is not there, or empty;.*modules names it/ ],
    [ 'more.js',   'f()', qr/more\.js is not in .*modules/ ],
    [ 'modules', "words.js\nwords.js\nlogs.js\n", qr/words\.js twice/ ],
    [ 'modules', "../words.js\nlogs.js\n", qr/\.\.\/words\.js is no file name/ ],
    [ 'modules', "logs.js\nwords.js\n",
        qr/logs\.js:1: words\.js does not come before this one in "modules"/ ],

    [ 'logs.html', $html =~ s/doctype/DOCTYPE/r, qr/line 1 is <!doctype html>/ ],
    [ 'logs.html', $html =~ s/ lang="en"//r, qr/line 2 <html lang="en">/ ],
    [ 'logs.html', $html =~ s/<link.*\n//r, qr/one line is <link/ ],
    [ 'logs.html', $html =~ s/(<link.*\n)/$1$1/r, qr/one line is <link/ ],
    [ 'logs.html', $html =~ s/<script.*\n//r, qr/one line is <script/ ],
    [ 'logs.html', $html =~ s/<script/ <script/r, qr/one line is <script/ ],

    [ 'logs.css', $css . '/* </STYLE> */', qr/logs\.css:10: .*<\/style/ ],
    [ 'logs.css', $css . '/* no end', qr/logs\.css:10: a comment without an end/ ],
    [ 'logs.css', $css =~ s/\n/\r\n/gr, qr/logs\.css:1: a control character/ ],
    [ 'logs.css', $css =~ s/lines \*\//$& p { }/r,
        qr/logs\.css:2: code behind the comment/ ],
    [ 'logs.css', $css . "p::after { content: \"\\\n\"; }",
        qr/logs\.css:10: a \\ at the end/ ],

    [ 'logs.js', $js . 'f("</Script>")', qr/logs\.js:7: .*<\/script/ ],
    [ 'logs.js', $js . '// <!--',        qr/logs\.js:7: .*<!--/ ],
    [ 'logs.js', $js . 'f("<script>")',  qr/logs\.js:7: .*<script/ ],
    [ 'logs.js', $js . "f(`a\n  b`)",    qr/logs\.js:7: a template literal/ ],
    [ 'fields', "known none\n", qr/"fields" has none, which is no property/ ],
    [ 'logs.js', $js . 'f("known")', qr/"fields" has known, .* a text as well/ ],
    [ 'logs.js', $js . "f()\r\n", qr/logs\.js:7: a control character/ ],

    (map { [ 'logs.js', $js . $_, qr/logs\.js:7: \w+ is already declared in words\.js/ ] }
        'const WORDS = 1;', 'let a;', 'class c { }', 'function find() { }',
        'function* d() { }', 'var { WORDS } = 1;', 'let [ b, path, c ] = 1;'),
    [ 'logs.js', $js . "class Logs { }", qr/logs\.js:7: Logs is already declared in logs\.js/ ],
    [ 'logs.js', $js . "const {\n", qr/logs\.js:7: a pattern over several lines/ ],

    (map { [ 'logs.js', "$_\n$js", qr/logs\.js:1: an import is one line/ ] }
        'import {', 'import words from "./words.js";',
        'import * as words from "./words.js";', 'import "words";',
        'import { a } from "/words.js";', 'import { a } from "./words.js"'),
    [ 'logs.js', "import { a as x } from './words.js';\n$js",
        qr/logs\.js:1: an import cannot give another name/ ],
    [ 'logs.js', "import { a } from './none.js';\n$js",
        qr/logs\.js:1: none\.js does not come before/ ],

    (map { [ 'words.js', "$_\n$words",
            qr/words\.js:1: an export is that of a function/ ] }
        'export default 1;', 'export { x };', 'export * from "./logs.js";'),
);

for (@refused) {
    my ($file, $text, $message) = @$_;

    my $wrong = folder($file => $text, 'made.h' => 'as it was');
    my $said  = embed($wrong);

    is $said->{rc}, 1, "$file: $message";
    like $said->{err}, $message, 'says so';
    is slurp("$wrong/made.h"), 'as it was', 'and leaves what was there';
    ok !-e "$wrong/page.work", 'alone';
}

is run('sh', "$real/embed", $real)->{rc}, 1, 'a missing argument';

# In the Makefile that nginx's configure writes: made when one of its sources
# was changed, and only then.

my $addon = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $copy  = "$addon/ngx_rackscope_logs/page";
my $objs  = "$addon/objs";
my $object = 'addon/http/ngx_http_rackscope_logs_page.o';

run('mkdir', '-p', $copy, "$objs/" . $object =~ s{/[^/]+\z}{}r);
copy($_, $copy) for glob "$real/*";
copy("$root/config.make", $addon);

spew("$objs/Makefile", <<"END");
$objs/$object:
	echo compiled
	cp $objs/ngx_http_rackscope_logs_page.h \$\@

END

is run({ dir => $addon, env => {
            ngx_addon_dir => $addon,
            ngx_objext    => 'o',
            NGX_OBJS      => $objs,
            NGX_MAKEFILE  => "$objs/Makefile",
        } }, 'sh', '-e', './config.make')->{rc}, 0, 'config.make';

sub make {
    my $made = run({ env => { MAKEFLAGS => undef, MAKELEVEL => undef } },
        'make', '-s', '-f', "$objs/Makefile", "$objs/$object");
    is $made->{rc}, 0, 'make' or diag $made->{err};
    return $made->{out};
}

is make(), "compiled\n", 'compiles';
is make(), '', 'once';

for my $file (glob "$copy/*") {
    my $name = $file =~ s{.*/}{}r;
    my $was  = slurp("$objs/$object");

    if ($name =~ /\.(?:js|html|css)\z/) {
        my $text = slurp($file);
        my $more = $name =~ /html/ ? '<!-- changed -->'
            : $name =~ /css/ ? 'p { color: red }' : 'changed();';

        spew($file, "$text$more\n");
    }

    # newer than what was made of it, whatever the clock's grain
    utime time + 10, time + 10, $file;

    is make(), "compiled\n", "$name was changed";
    isnt slurp("$objs/$object"), $was, 'and so is the page'
        if $name =~ /\.(?:js|html|css)\z/;

    utime time - 10, time - 10, $file;
    utime time, time, "$objs/ngx_http_rackscope_logs_page.h", "$objs/$object";
}

spew("$copy/logs.css", '</style>');
utime time + 10, time + 10, "$copy/logs.css";
my $failed = run('make', '-s', '-f', "$objs/Makefile", "$objs/$object");
isnt $failed->{rc}, 0, 'a source that cannot be used';
like $failed->{err}, qr/logs\.css:1: no style can hold/, 'says so';

done();
