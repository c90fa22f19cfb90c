namespace Vascular.Processing.Angiography;

/// <summary>A run in small: the mean logarithmic intensity of each block of pixels in every frame, from which mask, exposure and field are judged.</summary>
internal sealed class RunOverview
{
    private const int MostBlocks = 64;

    /// <summary>Blocks this far under the bright ones (natural logarithm) are collimator.</summary>
    private const double CollimatorDepth = 3;

    /// <summary>A block that a blade covers or uncovers changes by at least this (natural logarithm): more than contrast does.</summary>
    private const double BladeStep = 1.5;

    /// <summary>A blade that moves covers at least this share of a side of the picture, in blocks.</summary>
    private const double BladeShare = 0.25;

    private readonly float[][] blocks;
    private readonly bool[] exposed;

    private RunOverview(float[][] blocks, bool[] exposed, int side, int across, int down, IntensityScale scale, double unit, bool fieldMoved) =>
        (this.blocks, this.exposed, Side, Across, Down, Scale, Unit, FieldMoved) = (blocks, exposed, side, across, down, scale, unit, fieldMoved);

    /// <summary>The scale of the run with the ends its values have.</summary>
    public IntensityScale Scale { get; }

    /// <summary>Side of a block, pixels.</summary>
    public int Side { get; }

    public int Across { get; }

    public int Down { get; }

    /// <summary>What a natural logarithm of 1 is in the unit of the run: 1 for LIN; for LOG the full range is taken to be the logarithm of the full range [D].</summary>
    public double Unit { get; }

    /// <summary>A collimator's blade moved while the run was taken: along an edge of the picture blocks turn from field to collimator or back. No attribute says it.</summary>
    public bool FieldMoved { get; }

    public int Frames => blocks.Length;

    public ReadOnlySpan<float> this[int frame] => blocks[frame];

    /// <summary>Whether a block lies in the exposed field.</summary>
    public bool IsField(int block) => exposed[block];

    /// <summary>Blocks of the field with no collimator beside them; the whole field where there are none.</summary>
    public PixelRegion Inside(int columns, int rows)
    {
        bool IsOpen(int x, int y) => x < 0 || y < 0 || x >= Across || y >= Down || exposed[y * Across + x];
        return PixelRegion.Blocks(Side, columns, rows, (x, y) => Enumerable.Range(-1, 3).All(dy => Enumerable.Range(-1, 3).All(dx => IsOpen(x + dx, y + dy))))
            ?? PixelRegion.Blocks(Side, columns, rows, IsOpen)
            ?? PixelRegion.Rectangle(0, 0, columns, rows, columns, rows);
    }

    public int FieldBlocks => exposed.Count(f => f);

    public static RunOverview Of(IRunFrames frames, IntensityScale scale)
    {
        (int rows, int columns) = (frames.Rows, frames.Columns);
        int side = Math.Max(1, (Math.Max(rows, columns) + MostBlocks - 1) / MostBlocks);
        (int across, int down) = ((columns + side - 1) / side, (rows + side - 1) / side);
        ushort[] pixels = new ushort[side * columns];
        float[][] blocks = new float[frames.Count][];
        var ends = new RangeEnds(rows, columns);
        for (int frame = 0; frame < frames.Count; frame++)
        {
            blocks[frame] = new float[across * down];
            for (int strip = 0; strip < down; strip++)
            {
                int height = Math.Min(side, rows - strip * side);
                frames.Read(frame, strip * side, height, pixels.AsSpan(0, height * columns));
                ends.Take(frame, strip * side, pixels.AsSpan(0, height * columns));
                for (int block = 0; block < across; block++)
                {
                    int width = Math.Min(side, columns - block * side);
                    double sum = 0;
                    for (int row = 0; row < height; row++)
                    {
                        foreach (ushort stored in pixels.AsSpan(row * columns + block * side, width))
                        {
                            sum += scale[stored];
                        }
                    }

                    blocks[frame][strip * across + block] = (float)(sum / (width * height));
                }
            }
        }

        double[] mean = new double[across * down];
        foreach (float[] frame in blocks)
        {
            for (int block = 0; block < mean.Length; block++)
            {
                mean[block] += frame[block] / (double)blocks.Length;
            }
        }

        double unit = scale.IsNatural ? 1 : (scale.Highest + 1) / Elementary.Log(scale.Highest + 1);
        double bright = Bright(mean);
        bool[] exposed = [.. mean.Select(m => scale.IsNatural ? m > bright - CollimatorDepth : m > bright / 5)];
        return new RunOverview(blocks, exposed, side, across, down, ends.Of(scale), unit, HasMovingBlade(blocks, across, down, unit));
    }

    private static double Bright(IEnumerable<double> levels)
    {
        double[] sorted = [.. levels.Order()];
        return sorted[(int)(0.95 * (sorted.Length - 1))];
    }

    private static bool HasMovingBlade(float[][] blocks, int across, int down, double unit)
    {
        int count = across * down;
        int[] covered = new int[count];
        float[] lowest = [.. blocks[0]], highest = [.. blocks[0]];
        foreach (float[] frame in blocks)
        {
            double limit = Bright(frame.Select(v => (double)v)) - CollimatorDepth * unit;
            for (int block = 0; block < count; block++)
            {
                covered[block] += frame[block] > limit ? 0 : 1;
                (lowest[block], highest[block]) = (Math.Min(lowest[block], frame[block]), Math.Max(highest[block], frame[block]));
            }
        }

        // a lone frame that came damaged is no blade
        bool Turns(int block) => covered[block] >= 2 && blocks.Length - covered[block] >= 2 && highest[block] - lowest[block] >= BladeStep * unit;
        bool IsOutside(int x, int y) => x < 0 || y < 0 || x >= across || y >= down || covered[y * across + x] == blocks.Length;
        bool[] seen = new bool[count];
        Queue<int> next = new(Enumerable.Range(0, count).Where(block =>
        {
            (int x, int y) = (block % across, block / across);
            return Turns(block) && (IsOutside(x - 1, y) || IsOutside(x + 1, y) || IsOutside(x, y - 1) || IsOutside(x, y + 1));
        }));
        int turned = 0;
        while (next.TryDequeue(out int block))
        {
            if (seen[block])
            {
                continue;
            }

            seen[block] = true;
            turned++;
            (int x, int y) = (block % across, block / across);
            foreach ((int nx, int ny) in ((int, int)[])[(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)])
            {
                if (nx >= 0 && ny >= 0 && nx < across && ny < down && Turns(ny * across + nx))
                {
                    next.Enqueue(ny * across + nx);
                }
            }
        }

        return turned >= Math.Max(3, BladeShare * Math.Min(across, down));
    }

    /// <summary>The given quantile over the field of what a function says of each block.</summary>
    public double Quantile(double share, Func<int, double> of)
    {
        double[] values = [.. Enumerable.Range(0, exposed.Length).Where(b => exposed[b]).Select(of).Order()];
        return values[(int)(share * (values.Length - 1))];
    }
}
