namespace Vascular.Processing.Angiography;

/// <summary>A gamma variate y = A (t - t0)^a exp(-(t - t0) / b) fitted to the first pass of contrast.</summary>
/// <remarks>Linear least squares on ln y over a scan of t0, which needs no start values (Thompson 1964 gave the form; constants of the weighting and the cut are
/// the project's, [D]): points weigh by y squared, from arrival to 40 % of the peak on the way down, where recirculation begins. The t0 of the least squares in y
/// itself is kept. The raw figures stand beside it always: a fit is an opinion of the tail that was not seen.</remarks>
/// <param name="Amplitude">A, density / s^a.</param>
/// <param name="Shape">a, above 0.</param>
/// <param name="ScaleS">b, s, above 0.</param>
/// <param name="StartS">t0, s from the first frame.</param>
/// <param name="Goodness">Share of the points' variance that the fit explains, at most 1.</param>
/// <param name="Points">Points it was fitted to.</param>
public readonly record struct GammaVariate(double Amplitude, double Shape, double ScaleS, double StartS, double Goodness, int Points)
{
    private const double StopShare = 0.4;
    private const int FewestPoints = 6;
    private const int Steps = 60;
    private const int Narrowings = 40;
    private const double EarliestS = 3;
    private const double Golden = 0.61803398874989485;

    /// <summary>Time of the top, s from the first frame: t0 + a b.</summary>
    public double PeakAtS => StartS + Shape * ScaleS;

    /// <summary>Height of the top, density.</summary>
    public double Peak => At(PeakAtS);

    /// <summary>Area under the whole fitted pass, density s: A b^(a+1) Gamma(a+1).</summary>
    public double Area => Amplitude * Elementary.Exp((Shape + 1) * Elementary.Log(ScaleS) + Elementary.LogGamma(Shape + 1));

    /// <summary>Mean transit time from t0, s: b (a + 1).</summary>
    public double MeanTransitS => ScaleS * (Shape + 1);

    /// <summary>Density of the fit at a time, s from the first frame.</summary>
    public double At(double seconds)
    {
        double since = seconds - StartS;
        return since > 0 ? Amplitude * Elementary.Exp(Shape * Elementary.Log(since) - since / ScaleS) : 0;
    }

    /// <summary>The fit of a curve whose figures are known; null where the pass has too few points or no such form.</summary>
    /// <param name="seconds">Times of the curve.</param>
    /// <param name="density">The curve, not smoothed.</param>
    /// <param name="figures">What <see cref="TimeDensityCurve"/> read from it.</param>
    public static GammaVariate? Fit(ReadOnlySpan<double> seconds, ReadOnlySpan<double> density, in PerfusionResult figures)
    {
        if (figures is not { ArrivalS: { } arrival, Peak: { } peak, TimeToPeakFromFirstFrameS: { } top })
        {
            return null;
        }

        int from = 0;
        while (seconds[from] < arrival)
        {
            from++;
        }

        int to = from;
        while (to < seconds.Length && (seconds[to] <= top || density[to] > StopShare * peak))
        {
            to++;
        }

        ReadOnlySpan<double> t = seconds[from..to], y = density[from..to];
        if (t.Length < FewestPoints)
        {
            return null;
        }

        double earliest = arrival - EarliestS, latest = t[0] - 1e-3 * (t[1] - t[0]);
        double best = earliest, least = double.PositiveInfinity;
        double step = (latest - earliest) / Steps;
        for (int k = 0; k <= Steps; k++)
        {
            double at = earliest + k * step;
            double squares = Squares(t, y, at);
            (best, least) = squares < least ? (at, squares) : (best, least);
        }

        double low = Math.Max(earliest, best - step), high = Math.Min(latest, best + step);
        for (int k = 0; k < Narrowings; k++)
        {
            double one = high - Golden * (high - low), other = low + Golden * (high - low);
            if (Squares(t, y, one) <= Squares(t, y, other))
            {
                high = other;
            }
            else
            {
                low = one;
            }
        }

        double middle = (low + high) / 2;
        return At(t, y, Squares(t, y, middle) <= least ? middle : best);
    }

    private static double Squares(ReadOnlySpan<double> t, ReadOnlySpan<double> y, double start)
    {
        if (At(t, y, start) is not { } fit)
        {
            return double.PositiveInfinity;
        }

        double squares = 0;
        for (int k = 0; k < t.Length; k++)
        {
            double off = y[k] - fit.At(t[k]);
            squares += off * off;
        }

        return squares;
    }

    /// <summary>The weighted linear fit for a given start.</summary>
    private static GammaVariate? At(ReadOnlySpan<double> t, ReadOnlySpan<double> y, double start)
    {
        double w0 = 0, u1 = 0, u2 = 0, u11 = 0, u12 = 0, u22 = 0, z0 = 0, z1 = 0, z2 = 0, sum = 0, sumSquares = 0;
        int points = 0;
        for (int k = 0; k < t.Length; k++)
        {
            sum += y[k];
            sumSquares += y[k] * y[k];
            double since = t[k] - start;
            if (!(y[k] > 0) || !(since > 0))
            {
                continue;
            }

            double weight = y[k] * y[k], log = Elementary.Log(since), z = Elementary.Log(y[k]);
            w0 += weight;
            u1 += weight * log;
            u2 += weight * since;
            u11 += weight * log * log;
            u12 += weight * log * since;
            u22 += weight * since * since;
            z0 += weight * z;
            z1 += weight * z * log;
            z2 += weight * z * since;
            points++;
        }

        if (points < FewestPoints)
        {
            return null;
        }

        // means taken out first, so that two unknowns are left
        (double m1, double m2, double mz) = (u1 / w0, u2 / w0, z0 / w0);
        double a11 = u11 / w0 - m1 * m1, a12 = u12 / w0 - m1 * m2, a22 = u22 / w0 - m2 * m2;
        double b1 = z1 / w0 - m1 * mz, b2 = z2 / w0 - m2 * mz;
        double determinant = a11 * a22 - a12 * a12;
        if (!(determinant > 1e-14 * a11 * a22))
        {
            return null;
        }

        double shape = (b1 * a22 - b2 * a12) / determinant, fall = (a11 * b2 - a12 * b1) / determinant;
        if (!(shape > 0) || !(fall < 0))
        {
            return null;
        }

        double amplitude = Elementary.Exp(mz - shape * m1 - fall * m2);
        var fit = new GammaVariate(amplitude, shape, -1 / fall, start, 0, points);
        double off = 0, about = sumSquares - sum * sum / t.Length;
        for (int k = 0; k < t.Length; k++)
        {
            double d = y[k] - fit.At(t[k]);
            off += d * d;
        }

        return double.IsFinite(amplitude) && about > 0 ? fit with { Goodness = 1 - off / about } : null;
    }
}
