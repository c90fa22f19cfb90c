using Vascular.Processing.Angiography;

namespace Vascular.Processing.Tests.Angiography;

/// <summary>A digital foot: textured bone on a bright field, vessels that darken as gamma variates of known parameters. Beer and Lambert, then counts.</summary>
internal sealed class XaPhantom : IRunFrames
{
    private readonly double[] seconds;
    private readonly double[][] lattices;
    private readonly Dictionary<int, ushort[]> taken = [];
    private double[]? still;

    public XaPhantom(double[] seconds, int rows = 256, int columns = 256)
    {
        this.seconds = seconds;
        (Rows, Columns) = (rows, columns);
        var random = new Random(11);
        lattices = [.. Pitches.Select(_ => Enumerable.Range(0, Lattice * Lattice).Select(_ => random.NextDouble() * 2 - 1).ToArray())];
    }

    private static readonly double[] Pitches = [4, 9, 21, 50];
    private const int Lattice = 128;

    public int Count => seconds.Length;

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Rectangles of contrast: where, and its density in time.</summary>
    public List<(int X, int Y, int Width, int Height, Func<double, double> Density)> Vessels { get; } = [];

    /// <summary>Depth of the texture, natural logarithm; 0 for a plain field.</summary>
    public double Bone { get; init; } = 0.25;

    /// <summary>Mean counts of the bright field.</summary>
    public double Light { get; init; } = 2000;

    /// <summary>Standard deviation of a pixel, as a share of its value.</summary>
    public double Noise { get; init; }

    public int Bits { get; init; } = 12;

    /// <summary>Where the foot lies in a frame: pixels right, pixels down.</summary>
    public Func<int, (double Right, double Down)> Motion { get; init; } = _ => (0, 0);

    /// <summary>Light of a frame against the first.</summary>
    public Func<int, double> Exposure { get; init; } = _ => 1;

    public bool Logarithmic { get; init; }

    /// <summary>Stored upside down: Pixel Intensity Relationship Sign -1.</summary>
    public bool Falls { get; init; }

    /// <summary>Finest detail of the bone, pixels.</summary>
    public double FinestPx { get; init; }

    /// <summary>Share of the light that a blade lets through.</summary>
    public double ThroughBlade { get; init; } = 0.01;

    /// <summary>Rows from the top that a collimator's blade covers in a frame.</summary>
    public Func<int, int> Blade { get; init; } = _ => 0;

    public RunDescription Description => new(
        FrameTimes.Of(Count, [.. seconds.Select((s, k) => k == 0 ? 0 : (s - seconds[k - 1]) * 1000)], null, null),
        Logarithmic ? IntensityRelationship.Logarithmic : IntensityRelationship.Linear, Bits, MaskOperation.None, [], Moved: false) { FallsWithIntensity = Falls };

    public void Read(int frame, int fromRow, int rows, Span<ushort> pixels)
    {
        if (!taken.TryGetValue(frame, out ushort[]? whole))
        {
            taken[frame] = whole = Take(frame);
        }

        whole.AsSpan(fromRow * Columns, rows * Columns).CopyTo(pixels);
    }

    private ushort[] Take(int frame)
    {
        (double right, double down) = Motion(frame);
        double[] density = [.. Vessels.Select(v => v.Density(seconds[frame]))];
        int most = (1 << Bits) - 1;
        ulong random = (ulong)frame * 0xD1B54A32D192ED03;
        ushort[] pixels = new ushort[Rows * Columns];
        double[] bone = (right, down) == (0, 0) ? still ??= BoneAt(0, 0) : BoneAt(right, down);
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                double x = column - right, y = row - down, opacity = bone[row * Columns + column];
                for (int k = 0; k < density.Length; k++)
                {
                    (int vx, int vy, int width, int height, _) = Vessels[k];
                    opacity += x >= vx && x < vx + width && y >= vy && y < vy + height ? density[k] : 0;
                }

                double light = Light * Exposure(frame) * Math.Exp(-opacity) * (1 + Noise * Normal(ref random)) * (row < Blade(frame) ? ThroughBlade : 1);
                double stored = Logarithmic ? 400 * Math.Log(Math.Max(light, 1)) : light;
                stored = Falls ? most - stored : stored;
                pixels[row * Columns + column] = (ushort)Math.Clamp(Math.Round(stored), 0, most);
            }
        }

        return pixels;
    }

    /// <summary>Opacity of the bone, shifted: lattices of random values of several pitches, smooth between them.</summary>
    private double[] BoneAt(double right, double down)
    {
        double[] depth = new double[Rows * Columns];
        if (Bone == 0)
        {
            return depth;
        }

        for (int octave = 0; octave < Pitches.Length; octave++)
        {
            double strength = Pitches[octave] < FinestPx ? 0 : Bone * Pitches[octave] / Pitches[^1];
            for (int row = 0; row < Rows; row++)
            {
                for (int column = 0; column < Columns; column++)
                {
                    depth[row * Columns + column] += strength * Smooth(lattices[octave], (column - right) / Pitches[octave] + 20, (row - down) / Pitches[octave] + 20);
                }
            }
        }

        return depth;
    }

    private static double Smooth(double[] lattice, double x, double y)
    {
        int column = (int)Math.Floor(x), row = (int)Math.Floor(y);
        double across = Ease(x - column), downward = Ease(y - row);
        double At(int r, int c) => lattice[(r & (Lattice - 1)) * Lattice + (c & (Lattice - 1))];
        return (1 - downward) * ((1 - across) * At(row, column) + across * At(row, column + 1))
            + downward * ((1 - across) * At(row + 1, column) + across * At(row + 1, column + 1));
    }

    private static double Ease(double share) => share * share * (3 - 2 * share);

    public static Func<double, double> Gamma(double peak, double start, double shape, double scale)
    {
        double top = Math.Pow(shape * scale, shape) * Math.Exp(-shape);
        return t => t > start ? peak / top * Math.Pow(t - start, shape) * Math.Exp(-(t - start) / scale) : 0;
    }

    public static double[] Even(int frames, double perSecond) => [.. Enumerable.Range(0, frames).Select(k => k / perSecond)];

    /// <summary>Box and Muller over SplitMix64: neighbouring seeds of System.Random give noise that follows from frame to frame.</summary>
    private static double Normal(ref ulong random) => Math.Sqrt(-2 * Math.Log(1 - Uniform(ref random))) * Math.Cos(2 * Math.PI * Uniform(ref random));

    private static double Uniform(ref ulong random)
    {
        ulong mixed = random += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
