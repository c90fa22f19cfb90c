namespace Vascular.Processing.Angiography;

/// <summary>Which attribute a run's time axis comes from, the most trusted first (DICOM PS3.3 C.7.6.5; measured runs show Cine Rate to be a wish).</summary>
public enum FrameTimeSource
{
    /// <summary>Frame Time Vector (0018,1065): milliseconds since the frame before; frame rates may change within the run.</summary>
    FrameTimeVector,

    /// <summary>Frame Time (0018,1063): nominal milliseconds between frames.</summary>
    FrameTime,

    /// <summary>Cine Rate (0018,0040): frames a second as the maker recommends to show them; doubtful as a clock.</summary>
    CineRate,
}

/// <summary>When each frame of a run was taken, seconds from the first frame.</summary>
/// <remarks>The order of frames in the file is never a clock. Where two attributes disagree by more than a twentieth, <see cref="Disagree"/> says so.
/// A Frame Time Vector that cannot be laid over the frames (another number of them, a step that is none) is never put aside in silence: where one of its steps differs from
/// the other attributes by more than that, the run changed its rate and no attribute says where, so there is no time axis.</remarks>
public sealed class FrameTimes
{
    private const double AgreeWithin = 0.05;

    private readonly double[] seconds;

    private FrameTimes(double[] seconds, FrameTimeSource source, bool disagree) => (this.seconds, Source, Disagree) = (seconds, source, disagree);

    /// <summary>Seconds from the first frame, rising.</summary>
    public ReadOnlySpan<double> Seconds => seconds;

    public FrameTimeSource Source { get; }

    /// <summary>Another attribute of the series gives a frame interval more than 5 % away.</summary>
    public bool Disagree { get; }

    /// <summary>The time axis of a run of <paramref name="frames"/> frames; null where the series allows none.</summary>
    /// <param name="vectorMs">Frame Time Vector, one increment for each frame, the first 0 or ignored; null where absent.</param>
    /// <param name="frameTimeMs">Frame Time, ms; null where absent.</param>
    /// <param name="cineRateHz">Cine Rate, frames/s; null where absent.</param>
    public static FrameTimes? Of(int frames, IReadOnlyList<double>? vectorMs, double? frameTimeMs, double? cineRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        bool hasVector = vectorMs is not null && vectorMs.Count == frames && vectorMs.Skip(1).All(ms => ms > 0 && double.IsFinite(ms));
        double? stepMs = frameTimeMs is > 0 && double.IsFinite(frameTimeMs.Value) ? frameTimeMs : null;
        double? cineMs = cineRateHz is > 0 && double.IsFinite(cineRateHz.Value) ? 1000 / cineRateHz : null;
        double[] unplaced = hasVector ? [] : [.. (vectorMs ?? []).Where(ms => ms > 0 && double.IsFinite(ms))];
        if (!hasVector && ((stepMs ?? cineMs) is not { } even || unplaced.Any(ms => Math.Abs(ms - even) > AgreeWithin * even)))
        {
            return null;
        }

        double[] seconds = new double[frames];
        for (int k = 1; k < frames; k++)
        {
            seconds[k] = hasVector ? seconds[k - 1] + vectorMs![k] / 1000 : k * (stepMs ?? cineMs)!.Value / 1000;
        }

        FrameTimeSource source = hasVector ? FrameTimeSource.FrameTimeVector : stepMs is not null ? FrameTimeSource.FrameTime : FrameTimeSource.CineRate;
        double meanMs = frames > 1 ? seconds[^1] * 1000 / (frames - 1) : 0;
        bool disagree = frames > 1 && new[] { stepMs, cineMs }.Any(other => other is { } ms && Math.Abs(ms - meanMs) > AgreeWithin * meanMs);
        return new FrameTimes(seconds, source, disagree || (frames > 1 && !hasVector && vectorMs is { Count: > 0 } && unplaced.Length == 0));
    }
}
