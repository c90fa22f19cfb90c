namespace Vascular.Processing.Angiography;

/// <summary>A density curve smoothed by a parabola through the frames around each one, which gives value and slope at once.</summary>
/// <remarks>Weighted least squares at the true frame times, so that runs of changing frame rate are smoothed in time and not by frame number
/// (Savitzky and Golay, Anal Chem 1964, for the even case). The parabola reaches 0.3 s to each side and at least two frames; a quadratic curve passes
/// unchanged. The weights depend on the times alone and serve every pixel of a run.</remarks>
public sealed class SmoothCurve
{
    internal const double ReachS = 0.3;
    private const int LeastFrames = 2;

    private readonly int[] from;
    private readonly double[][] value;
    private readonly double[][] slope;

    /// <param name="seconds">Frame times, rising; five or more.</param>
    public SmoothCurve(ReadOnlySpan<double> seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds.Length, 2 * LeastFrames + 1, nameof(seconds));
        int count = seconds.Length;
        (from, value, slope) = (new int[count], new double[count][], new double[count][]);
        double leverage = 0;
        for (int k = 0; k < count; k++)
        {
            int first = k, last = k;
            while (first > 0 && (k - first < LeastFrames || seconds[k] - seconds[first - 1] <= ReachS))
            {
                first--;
            }

            while (last < count - 1 && (last - k < LeastFrames || seconds[last + 1] - seconds[k] <= ReachS))
            {
                last++;
            }

            // at the ends the window keeps its number of frames
            first = Math.Max(0, Math.Min(first, last - 2 * LeastFrames));
            last = Math.Min(count - 1, Math.Max(last, first + 2 * LeastFrames));
            from[k] = first;
            (value[k], slope[k]) = Weights(seconds[first..(last + 1)], seconds[k]);
            leverage += value[k][k - first];
        }

        Leverage = leverage / count;
    }

    /// <summary>Mean weight of a frame in its own smoothed value: the share of the noise that is left in squares.</summary>
    public double Leverage { get; }

    public int Count => from.Length;

    /// <summary>Smoothed value at every frame.</summary>
    public void Smooth(ReadOnlySpan<double> density, Span<double> smooth)
    {
        for (int k = 0; k < from.Length; k++)
        {
            smooth[k] = Sum(value[k], density.Slice(from[k], value[k].Length));
        }
    }

    /// <summary>Slope of the smoothed curve at one frame, density/s.</summary>
    public double Slope(ReadOnlySpan<double> density, int frame) => Sum(slope[frame], density.Slice(from[frame], slope[frame].Length));

    /// <summary>What the smoothed value of a frame is made of: a weight for each of the frames from <paramref name="first"/> on.</summary>
    internal ReadOnlySpan<double> Weights(int frame, out int first)
    {
        first = from[frame];
        return value[frame];
    }

    private static double Sum(double[] weights, ReadOnlySpan<double> around)
    {
        double sum = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            sum += weights[j] * around[j];
        }

        return sum;
    }

    /// <summary>Rows of the least-squares inverse that give value and slope at the time <paramref name="at"/>.</summary>
    private static (double[] Value, double[] Slope) Weights(ReadOnlySpan<double> seconds, double at)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0;
        foreach (double second in seconds)
        {
            double t = second - at, square = t * t;
            s0 += 1;
            s1 += t;
            s2 += square;
            s3 += square * t;
            s4 += square * square;
        }

        // adjugate of the symmetric normal matrix [s0 s1 s2; s1 s2 s3; s2 s3 s4]
        double a00 = s2 * s4 - s3 * s3, a01 = s2 * s3 - s1 * s4, a02 = s1 * s3 - s2 * s2;
        double a11 = s0 * s4 - s2 * s2, a12 = s1 * s2 - s0 * s3;
        double determinant = s0 * a00 + s1 * a01 + s2 * a02;
        double[] value = new double[seconds.Length], slope = new double[seconds.Length];
        for (int j = 0; j < seconds.Length; j++)
        {
            double t = seconds[j] - at;
            value[j] = (a00 + a01 * t + a02 * t * t) / determinant;
            slope[j] = (a01 + a11 * t + a12 * t * t) / determinant;
        }

        return (value, slope);
    }
}
