namespace Vascular.Processing.Angiography;

/// <summary>What was done to a run before its figures were read.</summary>
[Flags]
public enum RunFlags
{
    None = 0,

    /// <summary>The time axis is Cine Rate, or two attributes disagree about it.</summary>
    TimesDoubtful = 1,

    /// <summary>The mask was chosen here, not named by the series.</summary>
    MaskChosen = 2,

    /// <summary>A change of exposure was taken out of every frame.</summary>
    ExposureNormalised = 4,

    /// <summary>Frames were shifted onto the mask.</summary>
    MotionCorrected = 8,

    /// <summary>Some frames could not be aligned and were left out.</summary>
    FramesLeftOut = 16,

    /// <summary>The border has no texture: motion could not be judged.</summary>
    MotionUnknown = 32,
}

/// <summary>A run with its mask taken off: density of contrast, positive, at every pixel and kept frame.</summary>
/// <remarks>Made by reading each frame a few times and holding only the mask and the frame being read. Figures come from <see cref="Read"/>,
/// pixel by pixel from <see cref="PerfusionMap"/>.</remarks>
public sealed class SubtractedRun
{
    /// <summary>Share of saturated readings from which a region is refused. [D]</summary>
    private const double MostSaturated = 0.005;

    private readonly IRunFrames frames;
    private readonly IntensityScale scale;
    private readonly float[] mask;
    private readonly double[] exposure;
    private readonly IReadOnlyList<FrameShift?> shifts;
    private readonly double[] seconds;
    private readonly ushort[] pixels;

    private SubtractedRun(IRunFrames frames, IntensityScale scale, IReadOnlyList<int> maskFrames, FrameAlignment alignment, ReadOnlySpan<double> times, RunFlags flags)
    {
        (this.frames, this.scale, shifts, MaskFrames, Flags) = (frames, scale, alignment.Shifts, maskFrames, flags);
        exposure = new double[frames.Count];
        Kept = [.. Enumerable.Range(0, frames.Count).Where(f => shifts[f] is not null)];
        seconds = new double[Kept.Count];
        for (int k = 0; k < Kept.Count; k++)
        {
            seconds[k] = times[Kept[k]];
        }

        pixels = new ushort[frames.Rows * frames.Columns];
        mask = new float[frames.Rows * frames.Columns];
        float[] one = new float[mask.Length];
        int[] usable = [.. maskFrames.Where(f => shifts[f] is not null)];
        double[] sum = new double[mask.Length];
        foreach (int frame in usable)
        {
            Logarithms(frame, 0, frames.Rows, one);
            for (int k = 0; k < sum.Length; k++)
            {
                sum[k] += one[k];
            }
        }

        for (int k = 0; k < sum.Length; k++)
        {
            mask[k] = (float)(sum[k] / usable.Length);
        }
    }

    /// <summary>Frames of the mask, from 0.</summary>
    public IReadOnlyList<int> MaskFrames { get; }

    /// <summary>Frames that carry figures, from 0.</summary>
    public IReadOnlyList<int> Kept { get; }

    /// <summary>Times of the kept frames, s from the first frame of the run.</summary>
    public ReadOnlySpan<double> Seconds => seconds;

    public RunFlags Flags { get; private set; }

    /// <summary>The exposed field, a block in from the collimator; the whole picture where there is none.</summary>
    public PixelRegion Field { get; private set; } = null!;

    public int Rows => frames.Rows;

    public int Columns => frames.Columns;

    /// <summary>How each frame lay against the mask; null for one left out.</summary>
    public IReadOnlyList<FrameShift?> Shifts => shifts;

    /// <summary>Largest residual among the kept frames, pixels.</summary>
    public double ResidualPx => shifts.Max(s => s?.ResidualPx ?? 0);

    /// <summary>Takes the mask off a run, or says why that gives no figures.</summary>
    public static (SubtractedRun? Run, RunRefusal Refusal) Of(RunDescription description, IRunFrames frames)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(frames);
        RunRefusal refusal = description.Refusal(frames.Count);
        if (refusal != RunRefusal.None)
        {
            return (null, refusal);
        }

        IntensityScale scale = IntensityScale.Of(description.Relationship, description.BitsStored, description.FallsWithIntensity);
        RunOverview overview = RunOverview.Of(frames, scale);
        if (overview.FieldMoved)
        {
            return (null, RunRefusal.GantryMotion);
        }

        IReadOnlyList<int> mask = MaskChoice.Of(overview, description);
        if (mask.Count == 0)
        {
            return (null, RunRefusal.NoMask);
        }

        FrameAlignment alignment = FrameAlignment.Of(frames, scale, overview, mask);
        int lost = alignment.Shifts.Count(s => s is null);
        if (lost > FrameAlignment.MostLeftOut * frames.Count || mask.All(f => alignment.Shifts[f] is null))
        {
            return (null, RunRefusal.PatientMotion);
        }

        RunFlags flags = description.Times!.Source == FrameTimeSource.CineRate || description.Times.Disagree ? RunFlags.TimesDoubtful : RunFlags.None;
        flags |= ReferenceEquals(mask, description.MaskFrames) ? 0 : RunFlags.MaskChosen;
        flags |= alignment.IsKnown ? 0 : RunFlags.MotionUnknown;
        flags |= lost > 0 ? RunFlags.FramesLeftOut : 0;
        flags |= alignment.Shifts.Any(s => s is { } shift && (shift.RightPx != 0 || shift.DownPx != 0)) ? RunFlags.MotionCorrected : 0;
        var run = new SubtractedRun(frames, overview.Scale, mask, alignment, description.Times.Seconds, flags);
        run.Field = overview.Inside(frames.Columns, frames.Rows);
        return run.TakeOutExposure(overview) ? (run, RunRefusal.None) : (null, RunRefusal.Exposure);
    }

    /// <summary>Finds what exposure added to each kept frame; false where it cannot be told from contrast.</summary>
    private bool TakeOutExposure(RunOverview overview)
    {
        float[] density = new float[overview.Side * Columns];
        float[][] blocks = [.. Kept.Select(_ => new float[overview.Across * overview.Down])];
        for (int k = 0; k < Kept.Count; k++)
        {
            for (int strip = 0; strip < overview.Down; strip++)
            {
                int from = strip * overview.Side, height = Math.Min(overview.Side, Rows - from);
                Density(Kept[k], from, height, density);
                for (int block = 0; block < overview.Across; block++)
                {
                    int left = block * overview.Side, width = Math.Min(overview.Side, Columns - left);
                    double sum = 0;
                    for (int row = 0; row < height; row++)
                    {
                        foreach (float value in density.AsSpan(row * Columns + left, width))
                        {
                            sum += value;
                        }
                    }

                    blocks[k][strip * overview.Across + block] = (float)(sum / (width * height));
                }
            }
        }

        if (ExposureShift.Of(overview, blocks, Kept.Count(f => f <= MaskFrames.Max())) is not { } shift)
        {
            return false;
        }

        for (int k = 0; k < shift.Length; k++)
        {
            exposure[Kept[k]] = shift[k];
            Flags |= shift[k] != 0 ? RunFlags.ExposureNormalised : 0;
        }

        return true;
    }

    /// <summary>Mean density of a region at every kept frame, and its figures.</summary>
    public (PerfusionResult Figures, double[] Density) Read(PixelRegion region)
    {
        ArgumentNullException.ThrowIfNull(region);
        (int from, int rows) = (region.FirstRow, region.LastRow - region.FirstRow + 1);
        float[] band = new float[rows * Columns];
        ushort[] times = new ushort[rows * Columns];
        double[] density = new double[Kept.Count];
        int count = region.Pixels;
        for (int k = 0; k < Kept.Count; k++)
        {
            Density(Kept[k], from, rows, band);
            double sum = 0;
            foreach ((int row, int first, int to) in region.Stretches)
            {
                foreach (float value in band.AsSpan((row - from) * Columns + first, to - first))
                {
                    sum += value;
                }
            }

            density[k] = sum / count;
            Saturation(Kept[k], from, rows, times);
        }

        long saturated = region.Stretches.Sum(s => times[((s.Row - from) * Columns + s.From)..((s.Row - from) * Columns + s.To)].Sum(t => (long)t));
        return saturated > MostSaturated * count * Kept.Count
            ? (PerfusionResult.Refused(RunRefusal.Saturated), density)
            : (new TimeDensityCurve(seconds, MaskFrames.Count, Kept).Read(density), density);
    }

    /// <summary>Density of rows <paramref name="fromRow"/> on in one frame, aligned and with the exposure taken out.</summary>
    public void Density(int frame, int fromRow, int rows, Span<float> density)
    {
        Logarithms(frame, fromRow, rows, density);
        float shift = (float)exposure[frame];
        ReadOnlySpan<float> before = mask.AsSpan(fromRow * Columns, rows * Columns);
        for (int k = 0; k < before.Length; k++)
        {
            density[k] = before[k] - density[k] - shift;
        }
    }

    /// <summary>Counts, for each pixel of a band of rows, whether what a frame shows there stands at an end of the range: looked for where the shifted frame has it.</summary>
    internal void Saturation(int frame, int fromRow, int rows, Span<ushort> times)
    {
        FrameShift shift = shifts[frame] ?? default;
        int down = (int)Math.Round(shift.DownPx), right = (int)Math.Round(shift.RightPx);
        int first = Math.Clamp(fromRow + down, 0, Rows - 1), last = Math.Clamp(fromRow + rows - 1 + down, 0, Rows - 1);
        Span<ushort> stored = pixels.AsSpan(0, (last - first + 1) * Columns);
        frames.Read(frame, first, last - first + 1, stored);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<ushort> line = stored.Slice((Math.Clamp(fromRow + row + down, first, last) - first) * Columns, Columns);
            for (int column = 0; column < Columns; column++)
            {
                times[row * Columns + column] += scale.IsSaturated(line[Math.Clamp(column + right, 0, Columns - 1)]) ? (ushort)1 : (ushort)0;
            }
        }
    }

    /// <summary>Logarithmic intensities of a band of rows, brought to where the mask has them; between pixels bilinear, at the edge the last pixel.</summary>
    private void Logarithms(int frame, int fromRow, int rows, Span<float> logarithms)
    {
        FrameShift shift = shifts[frame] ?? default;
        int down = (int)Math.Floor(shift.DownPx), right = (int)Math.Floor(shift.RightPx);
        float low = (float)(shift.DownPx - down), across = (float)(shift.RightPx - right);
        int first = Math.Clamp(fromRow + down, 0, Rows - 1), last = Math.Clamp(fromRow + rows + down, 0, Rows - 1);
        Span<ushort> stored = pixels.AsSpan(0, (last - first + 1) * Columns);
        if (shift.RightPx == 0 && shift.DownPx == 0)
        {
            stored = pixels.AsSpan(0, rows * Columns);
            frames.Read(frame, fromRow, rows, stored);
            for (int k = 0; k < stored.Length; k++)
            {
                logarithms[k] = scale[stored[k]];
            }

            return;
        }

        frames.Read(frame, first, last - first + 1, stored);
        for (int row = 0; row < rows; row++)
        {
            int above = Math.Clamp(fromRow + row + down, first, last) - first, below = Math.Clamp(fromRow + row + down + 1, first, last) - first;
            ReadOnlySpan<ushort> one = stored.Slice(above * Columns, Columns), other = stored.Slice(below * Columns, Columns);
            Span<float> into = logarithms.Slice(row * Columns, Columns);
            for (int column = 0; column < Columns; column++)
            {
                int a = Math.Clamp(column + right, 0, Columns - 1), b = Math.Clamp(column + right + 1, 0, Columns - 1);
                float upper = scale[one[a]] * (1 - across) + scale[one[b]] * across;
                float lower = scale[other[a]] * (1 - across) + scale[other[b]] * across;
                into[column] = upper * (1 - low) + lower * low;
            }
        }
    }
}

/// <summary>The words of <see cref="RunFlags"/>.</summary>
public static class RunFlagWords
{
    private static readonly (RunFlags Flag, string Word)[] Words =
    [
        (RunFlags.TimesDoubtful, "times_doubtful"),
        (RunFlags.MaskChosen, "mask_chosen"),
        (RunFlags.ExposureNormalised, "exposure_normalised"),
        (RunFlags.MotionCorrected, "motion_corrected"),
        (RunFlags.FramesLeftOut, "frames_left_out"),
        (RunFlags.MotionUnknown, "motion_unknown"),
    ];

    public static IEnumerable<string> Of(RunFlags flags) => Words.Where(w => flags.HasFlag(w.Flag)).Select(w => w.Word);
}
