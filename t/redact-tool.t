# SPDX-License-Identifier: BSD-2-Clause
#
# build/rackscope-redact shows what redaction would keep of a log file.

use strict;
use warnings;

use File::Basename qw(dirname);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $tool = dirname(Rackscope::Nginx::module()) . '/rackscope-redact';

my $dir  = Rackscope::Nginx->new->prefix;
my $file = "$dir/app.log";
spew($file, "started\npassword=hunter2\nbadge 123456\n");

sub tool {
    my (@args) = @_;

    return run('sh', '-c', 'exec "$@" < "$0"', $file, $tool, @args);
}

my $result = tool();
is $result->{rc}, 0, 'runs';
is $result->{out}, "started\npassword=***\nbadge 123456\n",
    'each line as it would be kept';

$result = tool('--diff');
unlike $result->{out}, qr/started|badge/, 'what stays is not in the difference';
like $result->{out}, qr/password=hunter2.*password=[*]{3}/s,
    'what changes is, before and after';

$result = tool('--rule', '(badge )\d{6}', '$1***');
is $result->{out}, "started\npassword=***\nbadge ***\n",
    'rules of the operator';

$result = tool('--rule', '(', 'x');
isnt $result->{rc}, 0, 'a wrong rule';
like $result->{err}, qr/offset/, 'is said to be one, and where';

# The lines are those of one body.

spew($file, "token: \"hunter2\nhunter3\nhunter4\" a\nINFO b\n");
$result = tool();
is $result->{out}, qq(token: "***\n***\n***" a\nINFO b\n),
    'a secret over several lines';

$result = tool('--nonsense');
isnt $result->{rc}, 0, 'a wrong option';
like $result->{err}, qr/--diff/, 'says what there is';

# The version is in one place, which the tool shows, and the newest entry of the
# changelog is about it.

my $version = Rackscope::Nginx::release();

$result = tool('--version');
is $result->{rc}, 0, '--version';
is $result->{out}, "rackscope-redact $version\n",
    'is that of the newest entry of the changelog';

done();
