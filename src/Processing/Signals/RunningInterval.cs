namespace Vascular.Processing.Signals;

/// <summary>Median of the last five beat intervals. An interval too long to be one beat empties it.</summary>
internal sealed class RunningInterval
{
    private const int Held = 5;
    private readonly double[] ring = new double[Held];
    private int count;
    private int next;

    /// <summary>Median of the last five, in the unit given; null before there are five.</summary>
    public double? Median { get; private set; }

    public void Add(double value, double longest)
    {
        if (!(value <= longest))
        {
            Clear();
            return;
        }

        ring[next] = value;
        next = (next + 1) % Held;
        count = count < Held ? count + 1 : Held;
        if (count == Held)
        {
            Span<double> sorted = stackalloc double[Held];
            ring.AsSpan().CopyTo(sorted);
            sorted.Sort();
            Median = sorted[Held / 2];
        }
    }

    public void Clear() => (count, next, Median) = (0, 0, null);
}
