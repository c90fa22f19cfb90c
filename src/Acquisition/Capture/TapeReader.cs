namespace Vascular.Acquisition.Capture;

/// <summary>One record as read back.</summary>
/// <param name="Segment">Number of the segment, from 1.</param>
/// <param name="Offset">First byte of the record in its file.</param>
/// <param name="Index">Index in its segment, from 0.</param>
/// <param name="Ordinal">Index in the tape, from 0.</param>
/// <param name="Record">Its payload is valid until the next record is asked for.</param>
public readonly record struct TapedRecord(int Segment, long Offset, long Index, long Ordinal, TapeRecord Record);

/// <summary>Reads a tape from its first record, opens every record, and stops at the first that is wrong.</summary>
public sealed class TapeReader
{
    private readonly ITapeFiles files;
    private readonly TapeKeys keys;

    public TapeReader(ITapeFiles files, TapeKeys keys) => (this.files, this.keys) = (files, keys);

    public TapeReader(string directory, TapeKeys keys)
        : this(new TapeFolder(directory), keys)
    {
    }

    /// <summary>Why reading stopped before the end of what is there; null when it did not.</summary>
    public TapeFault? Fault { get; private set; }

    /// <summary>True when the last seal carries <c>end</c>; known when every record was read.</summary>
    public bool Ended { get; private set; }

    /// <summary>Header of the segment read last: examination, station, keys, anchor.</summary>
    public SegmentHeader? Header { get; private set; }

    /// <summary>Every record in order, those of the tape itself (header, chain, seal) included. Look at <see cref="Fault"/> afterwards.</summary>
    /// <exception cref="TapeKeyException">The tape was written for another station's keys.</exception>
    public IEnumerable<TapedRecord> Read()
    {
        (Fault, Ended) = (null, false);
        TapeSequence sequence = new();
        long ordinal = 0;
        int expected = 1;
        foreach (int number in files.Segments())
        {
            string name = TapeFormat.SegmentName(number);
            if (number != expected)
            {
                Fault = new TapeFault(TapeFormat.SegmentName(expected), 0, 0, "the segment is missing");
                yield break;
            }

            using SegmentWalk walk = new(name, files.Read(name), keys.PublicKey, keys.Unwrap);
            while (walk.Next())
            {
                string? why = walk.Records == 1 ? sequence.Refuses(walk.Header!, number) : sequence.Refuses(walk.Record.Type, walk.Records - 1);
                if (why is not null)
                {
                    Fault = new TapeFault(name, walk.Offset, walk.Records - 1, why);
                    yield break;
                }

                Header = walk.Header;
                yield return new TapedRecord(number, walk.Offset, walk.Records - 1, ordinal++, walk.Record);
            }

            Fault = walk.Fault ?? UnsealedBefore(walk, number);
            if (Fault is not null)
            {
                yield break;
            }

            sequence.Passed(walk);
            expected++;
        }

        Ended = sequence.Ended;
    }

    private TapeFault? UnsealedBefore(SegmentWalk walk, int number) => walk.Seal is null && files.Segments().Any(other => other > number)
        ? new TapeFault(walk.File, walk.Length, walk.Records, "the segment has no seal, yet another follows")
        : null;
}
