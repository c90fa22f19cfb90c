namespace Vascular.Acquisition.Capture;

/// <summary>The order of segments: which header may come next. A removed, swapped or foreign segment breaks it.</summary>
public sealed class TapeSequence
{
    private readonly byte[] previousSeal = new byte[TapeFormat.HashSize];
    private Guid? examination;

    /// <param name="examination">Whose tape it must be; null takes it from the first header.</param>
    public TapeSequence(Guid? examination = null) => this.examination = examination;

    /// <summary>True while the newest segment's seal carries <c>end</c>.</summary>
    public bool Ended { get; private set; }

    /// <summary>True while the seal of the segment before is known (or none is needed).</summary>
    public bool Known { get; private set; } = true;

    /// <summary>In words why <paramref name="header"/> may not stand in file <paramref name="number"/> after what came before; null when it may.</summary>
    public string? Refuses(SegmentHeader header, int number)
    {
        ArgumentNullException.ThrowIfNull(header);
        examination ??= header.Examination;
        return header.Examination != examination ? $"the header is of examination {header.Examination}, the tape of {examination}"
            : header.Number != number ? $"the header says segment {header.Number}, the file's name {number}"
            : Known && !header.PreviousSeal.Span.SequenceEqual(previousSeal) ? "the header does not carry the seal of the segment before"
            : null;
    }

    /// <summary>In words why a record may not stand at this place of its segment; null when it may. Only what was done after the end follows the end, and it says so first.</summary>
    /// <param name="index">Of the record in its segment, from 0 (the header).</param>
    public string? Refuses(TapeRecordType type, long index)
    {
        bool saysSo = type == TapeRecordType.Continued;
        return index != 1 ? saysSo ? "a continued record stands first behind its header and nowhere else" : null
            : !Known || saysSo == Ended ? null
            : Ended ? "a segment follows the end and does not say that it continues an examination that ended"
            : "the segment says that it continues an examination that ended, and it had not ended";
    }

    /// <summary>Takes note of a segment that was walked to its end. Without a seal the next header's link cannot be judged.</summary>
    public void Passed(SegmentWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        Known = walk.Seal is not null;
        Array.Clear(previousSeal);
        walk.SealHash.Span.CopyTo(previousSeal);
        Ended = walk.Seal is { End: true };
    }

    /// <summary>A segment of which only the seal is left. The next header carries a hash that the seal alone does not give, so its link cannot be judged.</summary>
    public void Trimmed(TapeSeal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        Missed();
        (examination, Ended) = (seal.Examination, seal.End);
    }

    /// <summary>A segment is missing: the next header's link cannot be judged.</summary>
    public void Missed() => Known = false;
}
