namespace Vascular.Acquisition.Capture;

/// <summary>The segments of a tape's folder.</summary>
public static class TapeSegments
{
    /// <summary>Numbers of the segments that are there, ascending.</summary>
    public static IReadOnlyList<int> Segments(this ITapeFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return [.. files.Names().Select(name => TapeFormat.TryParseSegmentName(name, out int number) ? number : 0).Where(number => number > 0).Order()];
    }
}
