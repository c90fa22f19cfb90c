namespace Vascular.Acquisition.Examinations;

/// <summary>The newest readings of one quantity, a fixed number of them, for the median over an interval.</summary>
/// <param name="most">Older ones are let go: 512 at 1 Hz reach back longer than any decisive interval.</param>
public sealed class RecentReadings(int most)
{
    private readonly Queue<(long AtNs, double Value)> _readings = new();

    public double? Newest { get; private set; }

    public int Count => _readings.Count;

    public void Add(long atNs, double value)
    {
        if (_readings.Count == most)
        {
            _readings.Dequeue();
        }

        _readings.Enqueue((atNs, value));
        Newest = value;
    }

    /// <summary>Null when none lies in the interval, both ends included.</summary>
    public double? MedianWithin(long fromNs, long toNs)
    {
        double[] within = [.. _readings.Where(r => r.AtNs >= fromNs && r.AtNs <= toNs).Select(r => r.Value).Order()];
        int middle = within.Length / 2;
        return within.Length == 0 ? null : within.Length % 2 == 1 ? within[middle] : (within[middle - 1] + within[middle]) / 2;
    }
}
