using Vascular.Processing.Angiography;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>A run by another hand than <see cref="XaPhantom"/>: soft round bones, a smooth blush or vessel, counts of a 12-bit detector; made of its own arithmetic, so that what the
/// product answers is held against what was put in.</summary>
internal sealed class ForeignRun : IRunFrames
{
    public const int Side = 256;
    private readonly ushort[]?[] taken;
    private readonly Dictionary<(double, double, int), double[]> bones = [];

    public ForeignRun(int frames = 45, double perSecond = 3)
    {
        Seconds = [.. Enumerable.Range(0, frames).Select(k => k / perSecond)];
        taken = new ushort[frames][];
    }

    public double[] Seconds { get; }

    public int Count => Seconds.Length;

    public int Rows => Side;

    public int Columns => Side;

    /// <summary>Density of contrast, natural, at a time, column and row.</summary>
    public Func<double, int, int, double> Contrast { get; init; } = (_, _, _) => 0;

    /// <summary>Light of a frame against the first.</summary>
    public Func<int, double> Light { get; init; } = _ => 1;

    /// <summary>Where the foot lies in a frame, pixels right and down.</summary>
    public Func<int, (double Right, double Down)> Lies { get; init; } = _ => (0, 0);

    /// <summary>Which foot is in the picture: another one where nothing can be aligned.</summary>
    public Func<int, int> Foot { get; init; } = _ => 0;

    /// <summary>Standard deviation of a pixel as a share of its value.</summary>
    public double Noise { get; init; } = 0.004;

    /// <summary>What is stored of a count at frame, column, row: collimators, other scales.</summary>
    public Func<double, int, int, int, double> Stored { get; init; } = (count, _, _, _) => count;

    /// <summary>Radius of the finest bones, pixels: the larger, the smoother the picture.</summary>
    public double Finest { get; init; } = 3;

    public RunDescription Description => new(FrameTimes.Of(Count, null, 1000 * (Seconds[1] - Seconds[0]), null), IntensityRelationship.Linear, 12, MaskOperation.None, [], Moved: false);

    public RunDescription Named(params int[] mask) => Description with { MaskOperation = MaskOperation.Average, MaskFrames = mask };

    /// <summary>A pass of contrast that is 0 at its start and largest at its top.</summary>
    public static Func<double, double> Pass(double peak, double startS, double topS, double shape = 3)
    {
        double Of(double t)
        {
            double x = (t - startS) / (topS - startS);
            return x > 0 ? peak * Math.Pow(x, shape) * Math.Exp(shape * (1 - x)) : 0;
        }

        return Of;
    }

    public void Read(int frame, int fromRow, int rows, Span<ushort> pixels) => (taken[frame] ??= Take(frame)).AsSpan(fromRow * Side, rows * Side).CopyTo(pixels);

    private ushort[] Take(int frame)
    {
        (double right, double down) = Lies(frame);
        if (!bones.TryGetValue((right, down, Foot(frame)), out double[]? bone))
        {
            bones[(right, down, Foot(frame))] = bone = Bones(right, down, Foot(frame));
        }

        ushort[] pixels = new ushort[Side * Side];
        uint state = 2463534242u + (uint)frame * 7919u;
        for (int k = 0; k < pixels.Length; k++)
        {
            (int row, int column) = (k / Side, k % Side);
            double count = 2500 * Light(frame) * Math.Exp(-bone[k] - Contrast(Seconds[frame], column, row)) * (1 + Noise * Normal(ref state));
            pixels[k] = (ushort)Math.Clamp(Math.Round(Stored(count, frame, column, row)), 0, 4095);
        }

        return pixels;
    }

    private double[] Bones(double right, double down, int foot)
    {
        var random = new Random(500 + foot);
        double[] depth = new double[Side * Side];
        for (int k = 0; k < 400; k++)
        {
            double x = random.NextDouble() * (Side + 40) - 20 + right, y = random.NextDouble() * (Side + 40) - 20 + down;
            double radius = Finest * (1 + 3 * random.NextDouble()), weight = 0.2 * random.NextDouble() - 0.05;
            for (int row = Math.Max(0, (int)(y - 4 * radius)); row < Math.Min(Side, y + 4 * radius); row++)
            {
                for (int column = Math.Max(0, (int)(x - 4 * radius)); column < Math.Min(Side, x + 4 * radius); column++)
                {
                    depth[row * Side + column] += weight * Math.Exp(-((column - x) * (column - x) + (row - y) * (row - y)) / (2 * radius * radius));
                }
            }
        }

        return depth;
    }

    /// <summary>Twelve uniform numbers less six; Marsaglia's xorshift.</summary>
    private static double Normal(ref uint state)
    {
        double sum = -6;
        for (int k = 0; k < 12; k++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            sum += state / 4294967296.0;
        }

        return sum;
    }
}
