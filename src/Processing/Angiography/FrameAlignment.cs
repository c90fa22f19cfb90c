namespace Vascular.Processing.Angiography;

/// <summary>How one frame lies against the mask.</summary>
/// <param name="RightPx">Pixels to the right of the mask.</param>
/// <param name="DownPx">Pixels below it.</param>
/// <param name="ResidualPx">Four fifths of the voting patches lie within this distance of the frame's shift, pixels.</param>
/// <param name="Patches">Patches that voted.</param>
public readonly record struct FrameShift(double RightPx, double DownPx, double ResidualPx, int Patches);

/// <summary>Rigid motion of a run against its first mask frame, from patches along the border of the exposed field, where vessels are few.</summary>
/// <remarks>Translation only: the median of the patches. Their scatter about it is the stated residual; a limb that turns or toes that curl show there. Patches
/// with collimator in them do not vote: its edge never moves with the foot.</remarks>
internal sealed class FrameAlignment
{
    /// <summary>A frame whose patches disagree by more is left out, pixels. [D]</summary>
    public const double MostResidualPx = 2;

    /// <summary>More of the frames left out: no perfusion figures. [D]</summary>
    public const double MostLeftOut = 0.2;

    /// <summary>A patch has texture when it finds itself in a frame of the mask as near as this to where the others do, pixels. [D]</summary>
    private const double TexturedPx = 1;

    private const int FewestPatches = 3;
    private const int MostPatches = 16;
    private const double ResidualShare = 0.8;

    /// <summary>A field narrower than this many patches has no border of its own: its patches would hold the vessels, whose flow is no motion.</summary>
    private const int SidesOfField = 3;

    /// <summary>Shifts below this are not applied: moving a picture by less only blurs it, pixels.</summary>
    private const double WorthPx = 0.2;

    /// <summary>Nor are shifts within this many standard errors of the patches' median.</summary>
    private const double WorthErrors = 3;

    private FrameAlignment(FrameShift?[] shifts, bool isKnown) => (Shifts, IsKnown) = (shifts, isKnown);

    /// <summary>One for each frame; null for a frame that could not be brought to the mask.</summary>
    public IReadOnlyList<FrameShift?> Shifts { get; }

    /// <summary>False where the border has no texture to judge motion by: nothing is corrected and nothing left out.</summary>
    public bool IsKnown { get; }

    public static FrameAlignment Of(IRunFrames frames, IntensityScale scale, RunOverview overview, IReadOnlyList<int> maskFrames)
    {
        (int Row, int Column)[] places = Places(frames, overview);
        if (places.Length < FewestPatches)
        {
            return Unknown(frames.Count);
        }

        var patches = new PatchShift();
        ushort[] pixels = new ushort[PatchShift.Side * frames.Columns];
        float[] patch = new float[PatchShift.Side * PatchShift.Side];
        (double[] Real, double[] Imaginary)[] Transforms(int frame)
        {
            var transforms = new (double[], double[])[places.Length];
            int held = -1;
            for (int k = 0; k < places.Length; k++)
            {
                if (places[k].Row != held)
                {
                    held = places[k].Row;
                    frames.Read(frame, held, PatchShift.Side, pixels);
                }

                for (int row = 0; row < PatchShift.Side; row++)
                {
                    for (int column = 0; column < PatchShift.Side; column++)
                    {
                        patch[row * PatchShift.Side + column] = scale[pixels[row * frames.Columns + places[k].Column + column]];
                    }
                }

                transforms[k] = patches.Transform(patch);
            }

            return transforms;
        }

        // a patch has texture when it finds itself again in the other frames of the mask, where nothing has moved yet; a mask of one frame is held against its neighbours
        (double[] Real, double[] Imaginary)[] mask = Transforms(maskFrames[0]);
        int[] textured = [.. Enumerable.Range(0, places.Length)];
        int[] others = maskFrames.Count > 1 ? [.. maskFrames.Skip(1)] : [.. new[] { maskFrames[0] - 1, maskFrames[0] + 1 }.Where(f => f >= 0 && f < frames.Count)];
        foreach (int other in others)
        {
            (double[] Real, double[] Imaginary)[] again = Transforms(other);
            (int Patch, double Right, double Down)[] found = [.. textured.Select(k => (Patch: k, At: patches.Of(mask[k], again[k]))).Where(f => f.At is not null).Select(f => (f.Patch, f.At!.Value.Right, f.At.Value.Down))];
            if (found.Length < FewestPatches)
            {
                return Unknown(frames.Count);
            }

            double right = Median(found.Select(f => f.Right)), down = Median(found.Select(f => f.Down));
            textured = [.. found.Where(f => (f.Right - right) * (f.Right - right) + (f.Down - down) * (f.Down - down) <= TexturedPx * TexturedPx).Select(f => f.Patch)];
        }

        if (others.Length == 0 || textured.Length < FewestPatches)
        {
            return Unknown(frames.Count);
        }

        var shifts = new FrameShift?[frames.Count];
        for (int frame = 0; frame < frames.Count; frame++)
        {
            (double[] Real, double[] Imaginary)[] here = Transforms(frame);
            (double Right, double Down)[] votes = [.. textured.Select(k => patches.Of(mask[k], here[k])).OfType<(double, double)>()];
            shifts[frame] = votes.Length >= FewestPatches && Agreed(votes) is { ResidualPx: <= MostResidualPx } shift ? shift : null;
        }

        return new FrameAlignment(shifts, isKnown: true);
    }

    private static FrameAlignment Unknown(int frames) => new([.. Enumerable.Repeat<FrameShift?>(default(FrameShift), frames)], isKnown: false);

    private static FrameShift Agreed((double Right, double Down)[] votes)
    {
        double right = Median(votes.Select(v => v.Right)), down = Median(votes.Select(v => v.Down));
        double[] off = [.. votes.Select(v => Math.Sqrt((v.Right - right) * (v.Right - right) + (v.Down - down) * (v.Down - down))).Order()];
        double residual = off[(int)Math.Ceiling(ResidualShare * (off.Length - 1))];
        double least = Math.Max(WorthPx, WorthErrors * residual / Math.Sqrt(votes.Length));
        bool worth = right * right + down * down >= least * least;
        return new FrameShift(worth ? right : 0, worth ? down : 0, residual, votes.Length);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// <summary>Patches side by side along the border of the field, in the order of their rows.</summary>
    private static (int Row, int Column)[] Places(IRunFrames frames, RunOverview overview)
    {
        const int Side = PatchShift.Side;
        (int top, int left, int bottom, int right) = Box(frames, overview);
        if (bottom - top < SidesOfField * Side || right - left < SidesOfField * Side)
        {
            return [];
        }

        bool IsAllField(int row, int column)
        {
            for (int y = row / overview.Side; y <= (row + Side - 1) / overview.Side; y++)
            {
                for (int x = column / overview.Side; x <= (column + Side - 1) / overview.Side; x++)
                {
                    if (!overview.IsField(y * overview.Across + x))
                    {
                        return false;
                    }
                }
            }

            return true;
        }

        int[] rows = Steps(top, bottom - Side), columns = Steps(left, right - Side);
        (int Row, int Column)[] ring =
        [
            .. from row in rows
               from column in columns
               where row == rows[0] || row == rows[^1] || column == columns[0] || column == columns[^1]
               where IsAllField(row, column)
               select (row, column),
        ];
        return ring.Length <= MostPatches ? ring : [.. Enumerable.Range(0, MostPatches).Select(k => ring[k * ring.Length / MostPatches])];
    }

    private static int[] Steps(int from, int to)
    {
        int steps = Math.Max(1, (to - from) / PatchShift.Side);
        return to <= from ? [from] : [.. Enumerable.Range(0, steps + 1).Select(k => from + k * (to - from) / steps)];
    }

    /// <summary>The smallest rectangle around the field, pixels.</summary>
    private static (int Top, int Left, int Bottom, int Right) Box(IRunFrames frames, RunOverview overview)
    {
        (int top, int left, int bottom, int right) = (overview.Down, overview.Across, -1, -1);
        for (int y = 0; y < overview.Down; y++)
        {
            for (int x = 0; x < overview.Across; x++)
            {
                if (overview.IsField(y * overview.Across + x))
                {
                    (top, left, bottom, right) = (Math.Min(top, y), Math.Min(left, x), Math.Max(bottom, y), Math.Max(right, x));
                }
            }
        }

        return (top * overview.Side, left * overview.Side, Math.Min(frames.Rows, (bottom + 1) * overview.Side), Math.Min(frames.Columns, (right + 1) * overview.Side));
    }
}
