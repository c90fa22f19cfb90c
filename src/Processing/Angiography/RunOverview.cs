namespace Vascular.Processing.Angiography;

/// <summary>A run in small: the mean logarithmic intensity of each block of pixels in every frame, from which mask, exposure and field are judged.</summary>
internal sealed class RunOverview
{
    private const int MostBlocks = 64;

    /// <summary>Blocks this far under the bright ones (natural logarithm) are collimator.</summary>
    private const double CollimatorDepth = 3;

    private readonly float[][] blocks;
    private readonly bool[] exposed;

    private RunOverview(float[][] blocks, bool[] exposed, int side, int across, int down, double unit) =>
        (this.blocks, this.exposed, Side, Across, Down, Unit) = (blocks, exposed, side, across, down, unit);

    /// <summary>Side of a block, pixels.</summary>
    public int Side { get; }

    public int Across { get; }

    public int Down { get; }

    /// <summary>What a natural logarithm of 1 is in the unit of the run: 1 for LIN; for LOG the full range is taken to be the logarithm of the full range [D].</summary>
    public double Unit { get; }

    public int Frames => blocks.Length;

    public ReadOnlySpan<float> this[int frame] => blocks[frame];

    /// <summary>Whether a block lies in the exposed field.</summary>
    public bool IsField(int block) => exposed[block];

    public int FieldBlocks => exposed.Count(f => f);

    public static RunOverview Of(IRunFrames frames, IntensityScale scale)
    {
        (int rows, int columns) = (frames.Rows, frames.Columns);
        int side = Math.Max(1, (Math.Max(rows, columns) + MostBlocks - 1) / MostBlocks);
        (int across, int down) = ((columns + side - 1) / side, (rows + side - 1) / side);
        ushort[] pixels = new ushort[side * columns];
        float[][] blocks = new float[frames.Count][];
        for (int frame = 0; frame < frames.Count; frame++)
        {
            blocks[frame] = new float[across * down];
            for (int strip = 0; strip < down; strip++)
            {
                int height = Math.Min(side, rows - strip * side);
                frames.Read(frame, strip * side, height, pixels.AsSpan(0, height * columns));
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

        double[] sorted = [.. mean.Order()];
        double bright = sorted[(int)(0.95 * (sorted.Length - 1))];
        double unit = scale.IsNatural ? 1 : (scale.Highest + 1) / Elementary.Log(scale.Highest + 1);
        bool[] exposed = [.. mean.Select(m => scale.IsNatural ? m > bright - CollimatorDepth : m > bright / 5)];
        return new RunOverview(blocks, exposed, side, across, down, unit);
    }

    /// <summary>The given quantile over the field of what a function says of each block.</summary>
    public double Quantile(double share, Func<int, double> of)
    {
        double[] values = [.. Enumerable.Range(0, exposed.Length).Where(b => exposed[b]).Select(of).Order()];
        return values[(int)(share * (values.Length - 1))];
    }
}
