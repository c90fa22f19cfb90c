namespace Vascular.Acquisition.Examinations;

/// <summary>Cuff pressure over one attempt, as the module sent it, and what it was at an instant.</summary>
/// <remarks>Bounded: five minutes at 20 readings a second. Later readings are counted and dropped; an attempt that long has failed anyway.</remarks>
public sealed class CuffHistory
{
    public const int Capacity = 6000;

    private const long FitHalfWidthNs = 1_000_000_000;
    private const int FitMinimum = 4;
    private const double FitResidualLimitMmHg = 1.5;

    private readonly List<(long AtNs, double MmHg)> _readings = [];

    /// <summary>Readings beyond <see cref="Capacity"/>, not kept.</summary>
    public int Dropped { get; private set; }

    public int Count => _readings.Count;

    public (long AtNs, double MmHg)? Newest => _readings.Count > 0 ? _readings[^1] : null;

    public double? HighestMmHg => _readings.Count > 0 ? _readings.Max(r => r.MmHg) : null;

    public void Add(long atNs, double mmHg)
    {
        if (_readings.Count >= Capacity)
        {
            Dropped++;
            return;
        }

        _readings.Add((atNs, mmHg));
    }

    /// <summary>Cuff pressure at <paramref name="atNs"/> and its slope, mmHg and mmHg/s; null when no readings stand close enough.</summary>
    /// <remarks>A line through the readings of the second before and after, which undoes the module's steps of 1 mmHg, where they lie on a line within
    /// 1.5 mmHg; else a straight line between the two neighbours, not farther apart than a second.</remarks>
    public (double MmHg, double MmHgPerSecond)? At(long atNs) => Fit(atNs) ?? Between(atNs);

    private (double, double)? Fit(long atNs)
    {
        int n = 0;
        double sumT = 0, sumP = 0, sumTT = 0, sumTP = 0;
        bool before = false, after = false;
        foreach ((long at, double mmHg) in Near(atNs))
        {
            double t = (at - atNs) / 1e9;
            before |= t <= 0;
            after |= t >= 0;
            n++;
            sumT += t;
            sumP += mmHg;
            sumTT += t * t;
            sumTP += t * mmHg;
        }

        double spread = (n * sumTT) - (sumT * sumT);
        if (n < FitMinimum || !before || !after || spread <= 0)
        {
            return null;
        }

        double slope = ((n * sumTP) - (sumT * sumP)) / spread;
        double level = (sumP - (slope * sumT)) / n;
        return Near(atNs).All(r => Math.Abs(level + (slope * ((r.AtNs - atNs) / 1e9)) - r.MmHg) <= FitResidualLimitMmHg) ? (level, slope) : null;
    }

    private IEnumerable<(long AtNs, double MmHg)> Near(long atNs)
    {
        for (int i = _readings.Count - 1; i >= 0 && _readings[i].AtNs >= atNs - FitHalfWidthNs; i--)
        {
            if (_readings[i].AtNs <= atNs + FitHalfWidthNs)
            {
                yield return _readings[i];
            }
        }
    }

    private (double, double)? Between(long atNs)
    {
        int after = _readings.FindIndex(r => r.AtNs >= atNs);
        if (after > 0)
        {
            (long a, double p) = _readings[after - 1];
            (long b, double q) = _readings[after];
            if (b - a <= FitHalfWidthNs && b > a)
            {
                double slope = (q - p) / ((b - a) / 1e9);
                return (p + (slope * ((atNs - a) / 1e9)), slope);
            }
        }

        if (_readings.Count > 0 && after < 0 && atNs - _readings[^1].AtNs <= FitHalfWidthNs)
        {
            return (_readings[^1].MmHg, 0);
        }

        return after >= 0 && _readings[after].AtNs == atNs ? (_readings[after].MmHg, 0) : null;
    }
}
