namespace Vascular.Processing.Angiography;

/// <summary>How far a patch of a picture lies from the same patch of the mask: phase correlation, the top refined by parabolas.</summary>
/// <remarks>Kuglin and Hines 1975. Both patches lose their mean and are faded out towards the edge (Hann). Fine detail is mostly quantum noise, so the phases
/// weigh by a bell of <see cref="BandPerPx"/>. A patch without texture gives a correlation of noise; its top stays under <see cref="LeastPeak"/> and the patch
/// does not vote.</remarks>
internal sealed class PatchShift
{
    /// <summary>Side of a patch, pixels.</summary>
    public const int Side = 64;

    /// <summary>Least top of the correlation of a patch that votes, 1 for a pure shift; noise alone stays under 0.25. [D]</summary>
    public const double LeastPeak = 0.3;

    /// <summary>Standard deviation of the weights over spatial frequency, cycles per pixel. [D]</summary>
    public const double BandPerPx = 0.1;

    private readonly PlaneFourier fourier = new(Side);
    private readonly double[] fade = new double[Side];
    private readonly double[] real = new double[Side * Side];
    private readonly double[] imaginary = new double[Side * Side];
    private readonly double[] weight = new double[Side * Side];
    private readonly double weights;

    public PatchShift()
    {
        for (int k = 0; k < weight.Length; k++)
        {
            double down = Frequency(k / Side), across = Frequency(k % Side);
            weight[k] = k == 0 ? 0 : Elementary.Exp(-(down * down + across * across) / (2 * BandPerPx * BandPerPx));
            weights += weight[k];
        }

        for (int k = 0; k < Side; k++)
        {
            fade[k] = 0.5 - 0.5 * Elementary.Cos(2 * Elementary.Pi * (k + 0.5) / Side);
        }
    }

    /// <summary>Transform of a patch, to be compared with others.</summary>
    public (double[] Real, double[] Imaginary) Transform(ReadOnlySpan<float> patch)
    {
        double mean = 0;
        foreach (float value in patch)
        {
            mean += value;
        }

        mean /= patch.Length;
        double[] re = new double[Side * Side], im = new double[Side * Side];
        for (int row = 0; row < Side; row++)
        {
            for (int column = 0; column < Side; column++)
            {
                int at = row * Side + column;
                re[at] = (patch[at] - mean) * fade[row] * fade[column];
            }
        }

        fourier.Transform(re, im, backward: false);
        return (re, im);
    }

    /// <summary>Pixels right and down by which <paramref name="patch"/> lies from <paramref name="mask"/>; null without texture enough to say.</summary>
    public (double Right, double Down)? Of((double[] Real, double[] Imaginary) mask, (double[] Real, double[] Imaginary) patch)
    {
        for (int k = 0; k < real.Length; k++)
        {
            double re = patch.Real[k] * mask.Real[k] + patch.Imaginary[k] * mask.Imaginary[k];
            double im = patch.Imaginary[k] * mask.Real[k] - patch.Real[k] * mask.Imaginary[k];
            double size = Math.Sqrt(re * re + im * im);
            (real[k], imaginary[k]) = size > 0 ? (weight[k] * re / size, weight[k] * im / size) : (0, 0);
        }

        fourier.Transform(real, imaginary, backward: true);
        int top = 0;
        for (int k = 1; k < real.Length; k++)
        {
            top = real[k] > real[top] ? k : top;
        }

        if (real[top] / weights < LeastPeak)
        {
            return null;
        }

        int row = top / Side, column = top % Side;
        double right = column + Between(real[At(row, column - 1)], real[top], real[At(row, column + 1)]);
        double down = row + Between(real[At(row - 1, column)], real[top], real[At(row + 1, column)]);
        return (right > Side / 2.0 ? right - Side : right, down > Side / 2.0 ? down - Side : down);
    }

    /// <summary>Spatial frequency of a line of the transform, cycles per pixel.</summary>
    private static double Frequency(int line) => (line < Side / 2 ? line : line - Side) / (double)Side;

    private static int At(int row, int column) => (row + Side) % Side * Side + (column + Side) % Side;

    /// <summary>Where between its neighbours the top lies, -0.5 to 0.5.</summary>
    private static double Between(double before, double top, double after)
    {
        double bend = before - 2 * top + after;
        return bend < 0 ? Math.Clamp((before - after) / (2 * bend), -0.5, 0.5) : 0;
    }
}
