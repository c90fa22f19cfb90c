namespace Vascular.Processing.Signals;

/// <summary>Shape of the accepted beats, 50 points around the systolic peak, and how like it a new beat is.</summary>
internal sealed class PulseTemplate
{
    private const int Points = 50;
    private const double BeforeSeconds = 0.35;
    private const double AfterSeconds = 0.2;
    private const double Learning = 0.15;
    private const int GiveUpAfter = 5;
    private readonly double[] shape = new double[Points];
    private bool learnt;
    private int unlike;

    /// <summary>Correlation with the template, 0 (or negative) to 1; null when there is none yet. The template learns from beats like it,
    /// and after five unlike ones in a row begins again from the last.</summary>
    public double? Compare(PulseTrace trace, double peakAt)
    {
        Span<double> pulse = stackalloc double[Points];
        Sample(trace, peakAt, pulse);
        if (!learnt)
        {
            pulse.CopyTo(shape);
            learnt = true;
            return null;
        }

        double likeness = Correlation(pulse, shape);
        if (likeness >= Beat.GoodQuality)
        {
            unlike = 0;
            for (int k = 0; k < Points; k++)
            {
                shape[k] += Learning * (pulse[k] - shape[k]);
            }
        }
        else if (++unlike >= GiveUpAfter)
        {
            unlike = 0;
            pulse.CopyTo(shape);
        }

        return Math.Clamp(likeness, 0, 1);
    }

    public void Clear() => (learnt, unlike) = (false, 0);

    /// <summary>Pearson's correlation; 0 when either is constant.</summary>
    public static double Correlation(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        double meanOne = 0, meanOther = 0;
        for (int k = 0; k < one.Length; k++)
        {
            meanOne += one[k];
            meanOther += other[k];
        }

        meanOne /= one.Length;
        meanOther /= one.Length;
        double both = 0, squareOne = 0, squareOther = 0;
        for (int k = 0; k < one.Length; k++)
        {
            double a = one[k] - meanOne, b = other[k] - meanOther;
            both += a * b;
            squareOne += a * a;
            squareOther += b * b;
        }

        double scale = Math.Sqrt(squareOne * squareOther);
        return scale > 0 ? both / scale : 0;
    }

    private static void Sample(PulseTrace trace, double peakAt, Span<double> pulse)
    {
        double step = (BeforeSeconds + AfterSeconds) * trace.RateHz / (Points - 1);
        double from = peakAt - BeforeSeconds * trace.RateHz;
        trace.Read(from, step, pulse);
        double mean = 0;
        foreach (double value in pulse)
        {
            mean += value;
        }

        mean /= Points;
        double square = 0;
        for (int k = 0; k < Points; k++)
        {
            pulse[k] -= mean;
            square += pulse[k] * pulse[k];
        }

        double scale = square > 0 ? 1 / Math.Sqrt(square) : 0;
        for (int k = 0; k < Points; k++)
        {
            pulse[k] *= scale;
        }
    }
}
