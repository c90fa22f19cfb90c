namespace Vascular.Acquisition.Capture;

/// <summary>Checks a tape with the public key alone: CRCs, chain values, record counts, seals, signatures, and the order of segments. Opens nothing.</summary>
public static class TapeVerification
{
    /// <param name="examination">Whose tape it must be; null takes it from the first header.</param>
    /// <param name="newestSeal">The newest seal known elsewhere (the database): the tape must hold it, so that a removed end shows. Null where none is known.</param>
    public static TapeVerdict Verify(string directory, TapePublicKey publicKey, Guid? examination = null, TapeSeal? newestSeal = null) =>
        Verify(new TapeFolder(directory), publicKey, examination, newestSeal);

    /// <inheritdoc cref="Verify(string, TapePublicKey, Guid?, TapeSeal?)"/>
    public static TapeVerdict Verify(ITapeFiles files, TapePublicKey publicKey, Guid? examination = null, TapeSeal? newestSeal = null)
    {
        List<TapeFault> faults = [];
        TapeSequence sequence = new(examination);
        IReadOnlyList<int> segments = files.Segments();
        long records = 0;
        int unsealed = 0;
        int expected = 1;
        bool newestSeen = newestSeal is null;
        int trimmed = 0;
        foreach ((int number, TapeSeal? seal) in TapeTrim.Seals(files))
        {
            if (segments.Contains(number))
            {
                continue;       // the trim was cut off before this segment went: it is verified itself
            }

            if (number != expected || seal is null || seal.Segment != number || (examination ?? seal.Examination) != seal.Examination || !publicKey.Verify(seal.Message(), seal.Signature.Span))
            {
                faults.Add(new TapeFault(TapeTrim.NameOf(number), 0, 0, "the seal left of a trimmed segment is not the station's, or one before it is missing"));
                continue;
            }

            (expected, examination) = (number + 1, seal.Examination);
            trimmed++;
            sequence.Trimmed(seal);
            newestSeen |= seal.Segment == newestSeal?.Segment && seal.Chain.Span.SequenceEqual(newestSeal.Chain.Span);
        }

        foreach (int number in segments)
        {
            for (; expected < number; expected++)
            {
                faults.Add(Missing(expected));
                sequence.Missed();
            }

            expected++;
            using SegmentWalk walk = new(TapeFormat.SegmentName(number), files.Read(TapeFormat.SegmentName(number)), publicKey, unwrap: null);
            WalkSegment(walk, sequence, number, faults);
            records += walk.Records;
            newestSeen |= walk.Seal is { } seal && seal.Segment == newestSeal?.Segment && seal.Chain.Span.SequenceEqual(newestSeal.Chain.Span);
            if (!walk.SealSeen && number != segments[^1])
            {
                faults.Add(new TapeFault(walk.File, walk.Length, walk.Records, "the segment has no seal, yet another follows"));
            }

            unsealed += !walk.SealSeen && number == segments[^1] ? 1 : 0;
            sequence.Passed(walk);
        }

        if (unsealed == 0 && !sequence.Ended && sequence.Known)
        {
            faults.Add(Missing(expected));
        }

        if (trimmed > 0 && segments.Count == 0 && !sequence.Ended)
        {
            faults.Add(Missing(expected));      // only a tape that ended is trimmed
        }

        if (!newestSeen)
        {
            faults.Add(new TapeFault(TapeFormat.SegmentName(newestSeal!.Segment), 0, newestSeal.Records, "the seal known to the database is not on the tape"));
        }

        return new TapeVerdict(segments.Count, records, unsealed, faults, trimmed);
    }

    private static void WalkSegment(SegmentWalk walk, TapeSequence sequence, int number, List<TapeFault> faults)
    {
        bool goodBefore = true;
        while (true)
        {
            if (walk.Next())
            {
                goodBefore = true;
                string? why = walk.Records == 1 ? sequence.Refuses(walk.Header!, number) : sequence.Refuses(walk.Record.Type, walk.Records - 1);
                if (why is not null)
                {
                    faults.Add(new TapeFault(walk.File, walk.Offset, walk.Records - 1, why));
                }

                continue;
            }

            // what follows a faulty record is a fault of its own only when the record's length was good
            if (walk.Fault is not null && goodBefore)
            {
                faults.Add(walk.Fault);
            }

            if (!walk.CanGoOn || !goodBefore)
            {
                return;
            }

            goodBefore = false;
        }
    }

    private static TapeFault Missing(int number) =>
        new(TapeFormat.SegmentName(number), 0, 0, "the segment is missing");
}
