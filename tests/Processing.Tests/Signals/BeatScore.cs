namespace Vascular.Processing.Tests.Signals;

/// <summary>Detections against reference beats by the scoring rule of recordings/README.md.</summary>
internal readonly record struct BeatScore(int Hits, int Extra, int Missed)
{
    private const double Tolerance = 0.150;

    public double F1 => 2.0 * Hits / (2 * Hits + Extra + Missed);

    public static BeatScore Of(double[] found, (double TimeS, bool Doubtful)[] reference, double seconds)
    {
        double[] doubtful = [.. reference.Where(r => r.Doubtful).Select(r => r.TimeS)];
        double[] beats = [.. reference.Where(r => !r.Doubtful).Select(r => r.TimeS)];
        BeatScore best = default;
        for (int step = 0; step < 125; step++)
        {
            double lag = -1.0 + 0.02 * step;
            double[] moved = [.. found.Select(t => t - lag)];
            BeatScore score = Match([.. moved.Where(t => Counts(t, doubtful, seconds))], [.. beats.Where(t => Counts(t, doubtful, seconds))]);
            best = score.Hits > best.Hits ? score : best;
        }

        return best;
    }

    private static bool Counts(double time, double[] doubtful, double seconds) =>
        time >= 1 && time <= seconds - 1 && !doubtful.Any(d => time >= d - 0.5 && time <= d + 1.0);

    private static BeatScore Match(double[] found, double[] beats)
    {
        int hits = 0, f = 0, b = 0;
        while (f < found.Length && b < beats.Length)
        {
            double difference = found[f] - beats[b];
            if (Math.Abs(difference) <= Tolerance)
            {
                (hits, f, b) = (hits + 1, f + 1, b + 1);
            }
            else
            {
                (f, b) = difference < 0 ? (f + 1, b) : (f, b + 1);
            }
        }

        return new BeatScore(hits, found.Length - hits, beats.Length - hits);
    }
}
