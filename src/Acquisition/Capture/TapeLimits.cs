namespace Vascular.Acquisition.Capture;

/// <summary>When a segment is closed and the next one begun.</summary>
/// <param name="SegmentBytes">A record that would make the segment larger goes into the next one.</param>
/// <param name="SegmentNs">A record this much later (AtNs) than the segment's header goes into the next one.</param>
public sealed record TapeLimits(long SegmentBytes, long SegmentNs)
{
    /// <summary>64 MiB, 10 minutes.</summary>
    public static TapeLimits Default { get; } = new(64L << 20, 600_000_000_000);
}
