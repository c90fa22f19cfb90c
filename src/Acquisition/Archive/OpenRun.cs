using System.Buffers.Binary;
using System.Security.Cryptography;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>An image that is being looked at: its frames on this machine, and the run with its mask taken off where that can be done.</summary>
/// <remarks>Frames may be copied from any thread. What is computed goes one after another. Everything of it is gone when it is closed.</remarks>
public sealed class OpenRun : IDisposable
{
    /// <summary>Shown subtracted, a density of 0 stands here, so that what is lighter than the mask is seen too.</summary>
    public const int SubtractedZero = 1 << 14;

    private readonly Lock gate = new();
    private readonly SpooledFrames frames;
    private readonly float[] density;
    private PerfusionMap? map;

    private OpenRun(XaImage image, SpooledFrames frames, SubtractedRun? run, RunRefusal refusal, string pixelsSha256, (double Low, double High) window)
    {
        (Image, this.frames, Run, Refusal, PixelsSha256, Window) = (image, frames, run, refusal, pixelsSha256, window);
        density = run is null ? [] : new float[image.Rows * image.Columns];
    }

    /// <summary>Names the open run in addresses: a random word, so that no address names a study.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    public XaImage Image { get; }

    /// <summary>Null where the run gives no figures: <see cref="Refusal"/> says why. It can be looked at all the same.</summary>
    public SubtractedRun? Run { get; }

    public RunRefusal Refusal { get; }

    /// <summary>SHA-256 of all frames as the archive delivered them: what the figures were read from.</summary>
    public string PixelsSha256 { get; }

    /// <summary>Stored values shown black and white at first: the header's window, else all but 1 % of the middle frame at each end.</summary>
    public (double Low, double High) Window { get; }

    /// <summary>Steps of a subtracted frame for a density of 1.</summary>
    public double StepsPerDensity => Image.Run.Relationship == IntensityRelationship.Linear ? 1 << 13 : 4;

    /// <summary>Fetches an image and takes its mask off.</summary>
    /// <param name="folder">Where its frames lie while it is open.</param>
    /// <exception cref="AngiogramException">The archive cannot be reached or cannot decode it.</exception>
    public static async Task<OpenRun> OpenAsync(IAngiograms archive, XaImage image, DirectoryInfo folder, Action<int>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        SpooledFrames frames = await SpooledFrames.FetchAsync(archive, image, folder, progress, cancel);
        try
        {
            (SubtractedRun? run, RunRefusal refusal) = image.Frames > 1 ? await Task.Run(() => SubtractedRun.Of(image.Run, frames), cancel) : (null, RunRefusal.TooFewFrames);
            return new OpenRun(image, frames, run, refusal, Digest(image, frames), WindowOf(image, frames));
        }
        catch
        {
            frames.Dispose();
            throw;
        }
    }

    /// <summary>One frame as the archive sent it.</summary>
    public void Copy(int frame, Span<byte> bytes) => frames.Copy(frame, bytes);

    /// <summary>One frame with the mask taken off, as unsigned 16-bit little endian: <see cref="SubtractedZero"/> + density x <see cref="StepsPerDensity"/>, contrast positive.</summary>
    /// <remarks>A frame that could not be brought to the mask is shown as the mask's own: without contrast.</remarks>
    public void CopySubtracted(int frame, Span<byte> bytes)
    {
        SubtractedRun run = Run ?? throw new InvalidOperationException("The run has no mask.");
        lock (gate)
        {
            if (run.Shifts[frame] is null)
            {
                Array.Clear(density);
            }
            else
            {
                run.Density(frame, 0, run.Rows, density);
            }

            for (int k = 0; k < density.Length; k++)
            {
                double step = Math.Clamp(Math.Round(SubtractedZero + density[k] * StepsPerDensity), 0, ushort.MaxValue);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * k)..], (ushort)step);
            }
        }
    }

    /// <summary>Curve and figures of a region; refused with the run's reason where it has no mask.</summary>
    public RegionCurve Read(PixelRegion region)
    {
        ArgumentNullException.ThrowIfNull(region);
        if (Run is not { } run)
        {
            return new(PerfusionResult.Refused(Refusal), [], [], [], null);
        }

        lock (gate)
        {
            (PerfusionResult figures, double[] curve) = run.Read(region);
            var smooth = new TimeDensityCurve(run.Seconds, run.MaskFrames.Count, run.Kept);
            smooth.Read(curve);
            return new(figures, run.Seconds.ToArray(), curve, smooth.Smoothed.ToArray(), GammaVariate.Fit(run.Seconds, curve, figures));
        }
    }

    /// <summary>The figures at every pixel; computed once.</summary>
    /// <exception cref="InvalidOperationException">The run has no mask.</exception>
    public PerfusionMap Map(Action<double>? progress)
    {
        lock (gate)
        {
            return map ??= PerfusionMap.Of(Run ?? throw new InvalidOperationException("The run has no mask."), progress);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            frames.Dispose();
        }
    }

    private static string Digest(XaImage image, SpooledFrames frames)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] frame = new byte[image.FrameBytes];
        for (int k = 0; k < image.Frames; k++)
        {
            frames.Copy(k, frame);
            sha.AppendData(frame);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static (double Low, double High) WindowOf(XaImage image, SpooledFrames frames)
    {
        if (image is { WindowCentre: { } centre, WindowWidth: > 1 and var width })
        {
            return (centre - width / 2, centre + width / 2);
        }

        ushort[] pixels = new ushort[image.Rows * image.Columns];
        frames.Read(image.Frames / 2, 0, image.Rows, pixels);
        Array.Sort(pixels);
        (double low, double high) = (pixels[pixels.Length / 100], pixels[^(pixels.Length / 100 + 1)]);
        return (low, Math.Max(high, low + 1));
    }
}

/// <summary>The time-density curve of one region and what was read from it.</summary>
/// <param name="Seconds">Times of the kept frames, s from the first frame.</param>
/// <param name="Density">Mean density, contrast positive.</param>
/// <param name="Smoothed">The smoothed curve that peak and slopes were read from.</param>
public sealed record RegionCurve(PerfusionResult Figures, double[] Seconds, double[] Density, double[] Smoothed, GammaVariate? Fit);
