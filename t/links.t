# SPDX-License-Identifier: BSD-2-Clause
#
# What the documents point to is there: files, headings, names in the sources, and
# targets of make.  docs/design.md names each source file, and no other.

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Find ();
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root = Rackscope::Nginx::root();
chdir $root or die "$root: $!\n";

my @pages = grep { -f } (glob('*.md'), glob('docs/*.md'), glob('t/*/*.md'));
my %text  = map { $_ => slurp($_) } @pages;

# Without the blocks, which t/docs.t runs.

for (values %text) {
    utf8::decode($_);
    s/^```.*?^```$//gms;
}

# The anchors that a hosting site makes of the headings of a page.

sub anchors {
    my ($page) = @_;
    my (%seen, %anchors);

    for my $heading ($text{$page} =~ /^\#+[ ](.*\S)/gm) {
        $heading =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;

        my $anchor = lc $heading =~ s/[^\w\- ]//gr =~ tr/ /-/r;
        my $before = $seen{$anchor}++;
        $anchors{ $before ? "$anchor-$before" : $anchor } = 1;
    }

    return \%anchors;
}

sub normal {
    my ($path) = @_;

    1 while $path =~ s{(?:\A|(?<=/))(?!\.\./)[^/]+/\.\./}{};
    return $path =~ s{\A(?:\./)+}{}r;
}

for my $page (@pages) {
    my @dead;

    for my $link ($text{$page} =~ /\]\(([^)\s]+)\)/g) {
        next if $link =~ /\Ahttps?:/;

        my ($path, $anchor) = split /[#]/, $link;
        my $to = length $path ? normal(dirname($page) . "/$path") : $page;

        push @dead, $link
            if !-e $to || defined $anchor && !anchors($to)->{$anchor};
    }

    is_deeply \@dead, [], "$page: links";
}

# Names of files in the text, from the clone or from the folder of the sources, and
# names of functions and tables.

my $sources = '';

File::Find::find({
    no_chdir => 1,
    wanted   => sub { $sources .= slurp($_) if /\.[chj]s?\z/ },
}, 'ngx_rackscope_logs');

my $places = '{,ngx_rackscope_logs/,ngx_rackscope_logs/*/,t/redaction/,t/data/text/}';

for my $page (@pages) {
    my (@files, @names);

    for my $code ($text{$page} =~ /`([^`\n]+)`/g) {
        if ($code =~ m{\A(?:t|docs|[.]ci|http|core|intake|redact|decode|envelope
                |share|page|tool)/[\w./*…-]*\z}x
            || $code =~ /\A[\w*-]+[.](?:t|tsv|[ch])\z/)
        {
            my $pattern = $code =~ s/…/*/r;
            push @files, $code if !grep { -e } glob "$places$pattern";
        }

        if ($code =~ /\A(rsl_\w+)(?:\(\)|\[\])?\z/) {
            push @names, $1
                if $sources !~ /\b\Q$1\E\b/
                && !glob "ngx_rackscope_logs/*/$1.c";
        }
    }

    is_deeply \@files, [], "$page: files";
    is_deeply \@names, [], "$page: functions and tables";
}

# Each source file has its words in the section of its folder, by its name without
# what all names of the folder begin with; and each name there has its file.

my $design = $text{'docs/design.md'};

sub unprefixed {
    my ($folder, $file) = @_;

    return $file =~ s{.*/}{}r =~ s/[.]\w+\z//r
        =~ s/\A(?:ngx_http_rackscope_logs_|rsl_(?:${folder}_)?)//r;
}

for my $folder (qw(core redact intake decode envelope share http page)) {
    my %files = map { unprefixed($folder, $_) => 1 }
        glob "ngx_rackscope_logs/$folder/*.{c,js}";

    my ($table) = $design =~ m{^\|[ ]`$folder/`,.*\n\|[-|]+\n((?:\|.*\n)+)}m;
    my $words = $table
        // ($design =~ /^## Redaction\n(.*?)^### /ms ? $1 : die "$folder\n")
        =~ s/^(?! {4}|.*`shape` has).*\n//gmr;

    my @silent = grep { $words !~ /\b(?:rsl_)?\Q$_\E\b/ } sort keys %files;
    is_deeply \@silent, [], "docs/design.md: files of $folder/";

    next if !$table;

    my @gone = grep { !$files{$_} && !-e "ngx_rackscope_logs/$folder/$_" }
        map { s/\Arsl_(?!\w+[.])//r } map { /`([\w.]+)`/g } $table =~ /^\|([^|]+)/gm;
    is_deeply \@gone, [], "docs/design.md: names of $folder/";
}

my @folders = map { s{\Angx_rackscope_logs/}{}r } grep { -d }
    glob '.ci debian docs docs/examples t t/* t/page/unit ngx_rackscope_logs/*';

is_deeply [ grep { $design !~ m{`\Q$_\E/`} } @folders ], [],
    'docs/design.md: folders';

# The moving picture.

my ($moving) = $text{'README.md'} =~ /^!\[[^\]]*\]\(([^)]*[.]png)\)/m;
like slurp($moving), qr/\A\x89PNG.*?acTL/s, "$moving moves";
cmp_ok -s $moving, '<', 1_000_000, 'and is small';

# The Makefile begins with its targets, and each that is named elsewhere is one.

my $make    = slurp('Makefile');
my ($head)  = $make =~ /\A((?:\#.*\n)+)/;
my ($phony) = $make =~ /^[.]PHONY:((?:.*\\\n)*.*)/m;

my %targets = map { $_ => 1 } $phony =~ /([\w-]+)/g;
my %told    = map { $_ => 1 } $head =~ /^\#\ {3}make\ ([a-z][\w-]*)\ /gm;

# what "make" alone makes, and a part of test-units
my @inside = qw(module units);

is_deeply [ sort keys %told ],
    [ sort grep { my $t = $_; !grep { $t eq $_ } @inside } keys %targets ],
    'the Makefile begins with its targets';

like run('make', 'help')->{out}, qr/^\ +make\ help\ .*^\ +CC=clang\ /ms,
    'make help prints them';

my $recipes = join '', map { slurp($_) } grep { -f } 'Makefile', glob '.ci/* t/bench/*.pl';
$recipes =~ s/^\#\ .*\n//gm;

is_deeply [ grep { $recipes !~ /\b\Q$_\E\b/ } $head =~ /^\#\ {3}(\w+)=/gm ], [],
    'and with its variables';

# What "make run" and "make test" install is what the README says.

my $needs = slurp('.ci/install');
my ($installed) = $text{'README.md'} =~ /^(Both\ first\ install\ .*?)\n\n/msx;

my %called = (gcc => 'C compiler', 'nginx-dev' => 'headers', nodejs => 'Node.js');

for my $task (qw(build run test units browser firefox proxies redis)) {
    my ($list) = $needs =~ /^\ +$task\)\n(.*?);;/msx or die "$task\n";
    my @packages = $list =~ m{^(?:\s*echo\ ")?([a-z][\w-]+)\s+(?:/|\$|[a-z][\w-]*\s{2,}|\w+\ a\ )}gmx;

    my @untold = grep {
        my $word = $called{$_}
            // s/\Alib//r =~ s/\d?(?:-(?:dev|bin|esr|server|headless-shell))?\z//r;
        $installed !~ /\b\Q$word\E\b/i;
    } @packages;

    cmp_ok scalar @packages, '>', 0, "packages of $task";
    is_deeply \@untold, [], 'are in the README';
}

# "make modules" is nginx's.

for my $page (@pages) {
    my @unknown = grep { !$targets{$_} } grep { $_ ne 'modules' }
        $text{$page} =~ /`(?:sudo[ ])?make[ ]([a-z][\w-]*)/g;
    is_deeply \@unknown, [], "$page: targets of make";
}

done();
