# SPDX-License-Identifier: BSD-2-Clause
#
# The rows of the corpus that have several lines, t/redaction, posted as plain
# text: a secret that our own reading of lines splits is gone, too, however the
# body comes, and what is harmless stays.  t/redact-corpus.t posts the same as
# one message.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $none    = "\xe2\x80\x96";      # ‖
my $feed    = "\xe2\x90\xa4";      # ␤
my $picture = qr/\xe2\x90([\x80-\x9f\xa1\xa4])/;  # ␛, and ␤ for a line feed
my $and     = " \xc2\xa6 ";        # ¦

# What stands for a control character becomes it, by the last byte of its
# picture.

sub plain {
    my ($text) = @_;

    $text =~ s/$none//g;
    $text =~ s{$picture}{
        $1 eq "\xa4" ? "\n" : $1 eq "\xa1" ? "\x7f" : chr(ord($1) - 0x80)
    }ge;
    return $text;
}

my @rows;

for my $path (glob "$FindBin::Bin/redaction/*.tsv") {
    my ($name) = $path =~ m{([^/]+)\z};
    my $number = 0;

    for (split /\n/, slurp($path)) {
        $number++;
        next if /^# / || !/$feed/;

        my ($class, @columns) = split /\t/, $_, -1;
        my ($in, $gone, $out) = map { plain($_) } @columns;

        # a piece that also stands where it is none, is still there

        push @rows, {
            where => "$name:$number",
            lines => $name eq 'lines.tsv',
            class => $class,
            in    => $in,
            gone  => [ grep { index($out, $_) < 0 } split /$and/, $gone ],
        };
    }
}

cmp_ok scalar(@rows), '>', 40, 'rows of several lines';

my $nginx = Rackscope::Nginx->new->start;
my $seq   = 0;

# What was kept since the last call.

sub kept {
    my @records = $nginx->records("since_seq=$seq&n=1000");
    $seq = $records[-1]{_seq} if @records;

    return join "\n", grep { defined && $_ ne '' }
        map { @$_{qw(message exception)} } @records;
}

sub check {
    my ($row, $kept, $how) = @_;

    my @left = grep { index($kept, $_) >= 0 } @{ $row->{gone} };

    ok !@left, "$row->{where}: $how"
        or diag "in:  $row->{in}\nout: $kept\nleft: @left";

    if ($row->{class} eq 'harmless') {
        my $in = join "\n", grep { /\S/ } split /\r?\n/, $row->{in};
        is $kept, $in, "$row->{where}: stays, $how";
    }
    return;
}

# In one piece, byte by byte, and cut at each line.

for my $row (@rows) {
    $nginx->post($row->{in});
    check($row, kept(), 'whole');

    next if !$row->{lines};

    for ([ 'byte by byte', split //, $row->{in} ],
        [ 'line by line', $row->{in} =~ /[^\n]*\n|[^\n]+/g ])
    {
        my ($how, @chunks) = @$_;

        $nginx->post(undef, chunks => \@chunks);
        check($row, kept(), $how);
    }
}

# Behind a pause: what came before it is in the ring already.

for my $row (grep { $_->{lines} && $_->{class} =~ /pem|quote|bracket/ } @rows) {
    my ($first, $rest) = $row->{in} =~ /\A([^\n]*\n)(.*)\z/s;

    my $upload = $nginx->upload;
    $upload->send_chunk($first);

    my $kept = '';
    wait_until { $kept .= kept(); $kept ne '' };

    $upload->send_chunk($rest);
    $upload->send_end;
    $upload->response;

    check($row, "$kept\n" . kept(), 'behind a pause');
}

done();
