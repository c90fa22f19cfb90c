namespace Vascular.Processing.Angiography;

/// <summary>How much of a region shows as vessel on the picture of greatest opacity: an aid for the eye of who reads SAD, never a score.</summary>
/// <remarks>Frangi's vesselness (Frangi 1998, two-dimensional, beta 0.5) over scales of 1 to 4 pixels, on the highest density of each pixel over the kept frames. Its second constant
/// is fixed [D]: half the structure a tube of density 0.15 has, so that noise in an empty picture is not stretched into vessels. A pixel counts from a vesselness of 0.3 [D].
/// The share depends on zoom, dose and injection: it compares with nothing but a picture taken alike.</remarks>
public sealed class VesselDensity
{
    /// <summary>Scales, pixels (standard deviation of the smoothing). [D]</summary>
    private static readonly double[] Scales = [1, 2, 3, 4];

    private const double Beta = 0.5;
    private const double Structure = 0.05;
    private const double Counts = 0.3;

    private readonly float[] vesselness;

    private VesselDensity(float[] vesselness, int rows, int columns) => (this.vesselness, Rows, Columns) = (vesselness, rows, columns);

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Vesselness of each pixel, 0 to 1, row by row.</summary>
    public ReadOnlySpan<float> Vesselness => vesselness;

    /// <summary>Of a run; null where its densities have no natural unit (LOG pixels): the constant would mean nothing.</summary>
    public static VesselDensity? Of(SubtractedRun run, IntensityRelationship relationship)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (relationship != IntensityRelationship.Linear)
        {
            return null;
        }

        float[] highest = new float[run.Rows * run.Columns], density = new float[run.Rows * run.Columns];
        foreach (int frame in run.Kept)
        {
            run.Density(frame, 0, run.Rows, density);
            for (int k = 0; k < highest.Length; k++)
            {
                highest[k] = Math.Max(highest[k], density[k]);
            }
        }

        return Of(highest, run.Rows, run.Columns);
    }

    /// <summary>Of a picture of densities, contrast positive.</summary>
    public static VesselDensity Of(ReadOnlySpan<float> highest, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(highest.Length, rows * columns);
        float[] vesselness = new float[highest.Length];
        foreach (double scale in Scales)
        {
            (float[] xx, float[] xy, float[] yy) = Hessian(highest, rows, columns, scale);
            for (int k = 0; k < vesselness.Length; k++)
            {
                vesselness[k] = Math.Max(vesselness[k], (float)Of(xx[k], xy[k], yy[k]));
            }
        }

        return new(vesselness, rows, columns);
    }

    /// <summary>Share of a region's pixels that count as vessel, 0 to 1.</summary>
    public double Share(PixelRegion region)
    {
        ArgumentNullException.ThrowIfNull(region);
        int counted = 0;
        foreach ((int row, int from, int to) in region.Stretches)
        {
            for (int column = from; column < to; column++)
            {
                counted += vesselness[row * Columns + column] >= Counts ? 1 : 0;
            }
        }

        return counted / (double)region.Pixels;
    }

    /// <summary>Vesselness of one Hessian, times the square of its scale: contrast is a ridge, so the larger curvature is negative.</summary>
    private static double Of(double xx, double xy, double yy)
    {
        double middle = (xx + yy) / 2, off = Math.Sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
        (double one, double other) = (middle - off, middle + off);
        (double small, double large) = Math.Abs(one) > Math.Abs(other) ? (other, one) : (one, other);
        if (large >= 0)
        {
            return 0;
        }

        double blob = small / large, strength = small * small + large * large;
        return Elementary.Exp(-blob * blob / (2 * Beta * Beta)) * (1 - Elementary.Exp(-strength / (2 * Structure * Structure)));
    }

    /// <summary>Second derivatives of the smoothed picture, times the square of the scale; at the edge the last pixel goes on.</summary>
    private static (float[] Xx, float[] Xy, float[] Yy) Hessian(ReadOnlySpan<float> picture, int rows, int columns, double scale)
    {
        int reach = (int)Math.Ceiling(4 * scale);
        double[] smooth = new double[2 * reach + 1], slope = new double[2 * reach + 1], bend = new double[2 * reach + 1];
        double sum = 0;
        for (int k = -reach; k <= reach; k++)
        {
            smooth[k + reach] = Elementary.Exp(-k * k / (2 * scale * scale));
            sum += smooth[k + reach];
        }

        double second = 0;
        for (int k = -reach; k <= reach; k++)
        {
            smooth[k + reach] /= sum;
            slope[k + reach] = k / (scale * scale) * smooth[k + reach];
            bend[k + reach] = (k * k / (scale * scale) - 1) / (scale * scale) * smooth[k + reach];
            second += bend[k + reach];
        }

        // what the cut tails leave: a flat picture has no curvature
        for (int k = 0; k < bend.Length; k++)
        {
            bend[k] -= second * smooth[k];
        }

        float[] down = new float[picture.Length];
        float[] Across(ReadOnlySpan<float> from, double[] kernel)
        {
            float[] into = new float[from.Length];
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    double value = 0;
                    for (int k = -reach; k <= reach; k++)
                    {
                        value += kernel[k + reach] * from[row * columns + Math.Clamp(column + k, 0, columns - 1)];
                    }

                    into[row * columns + column] = (float)value;
                }
            }

            return into;
        }

        float[] Down(ReadOnlySpan<float> from, double[] kernel)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    double value = 0;
                    for (int k = -reach; k <= reach; k++)
                    {
                        value += kernel[k + reach] * from[Math.Clamp(row + k, 0, rows - 1) * columns + column];
                    }

                    down[row * columns + column] = (float)(value * scale * scale);
                }
            }

            return [.. down];
        }

        float[] plain = Across(picture, smooth);
        return (Down(Across(picture, bend), smooth), Down(Across(picture, slope), slope), Down(plain, bend));
    }
}
