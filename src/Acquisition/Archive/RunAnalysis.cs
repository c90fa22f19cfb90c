using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Archive;

/// <summary>What was found in one run, as it is kept: regions, curves, figures and the digest of each map, with the frames they rest on and the method that made them.</summary>
/// <remarks>A function of the frames and the drawn regions alone: the same bytes whenever it is derived again by the same version. Doubles as the 16 hexadecimal digits of their bits.</remarks>
public static class RunAnalysis
{
    /// <summary>Log subtraction, alignment, time-density curves and maps, as in Processing/Angiography.</summary>
    public static readonly Method Perfusion = new("dsa-perfusion", 4);

    /// <param name="regions">Corners of each drawn region, in pixels; the centre of the first pixel is (0.5, 0.5).</param>
    /// <returns>Canonical JSON.</returns>
    /// <exception cref="ArgumentException">A region has no pixel of the picture inside.</exception>
    public static string Of(OpenRun open, IReadOnlyList<IReadOnlyList<(double X, double Y)>> regions)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(regions);
        SubtractedRun? run = open.Run;
        PerfusionMap? map = run is null ? null : open.Map(null);
        var json = new JsonObject
        {
            ["method"] = Perfusion.Name,
            ["method_version"] = Perfusion.Version,
            ["study"] = open.Image.Study,
            ["series"] = open.Image.Series,
            ["instance"] = open.Image.Instance,
            ["pixels_sha256"] = open.PixelsSha256,
            ["frames"] = open.Image.Frames,
            ["frames_kept"] = run is null ? null : Numbers(run.Kept),
            ["mask_frames"] = run is null ? null : Numbers(run.MaskFrames),
            ["motion_residual_px"] = run is null || run.Flags.HasFlag(RunFlags.MotionUnknown) ? null : CanonicalJson.Bits(run.ResidualPx),
            ["taken"] = open.Image.Acquisition is { } taken ? Taken(taken) : null,
            ["run_flags"] = new JsonArray([.. RunFlagWords.Of(run?.Flags ?? RunFlags.None).Select(w => (JsonNode)w)]),
            ["refusal"] = run is null ? open.Refusal.Word() : null,
            ["regions"] = new JsonArray([.. regions.Select(corners => (JsonNode)Region(open, corners))]),
            ["maps_sha256"] = map is null ? null : new JsonObject([.. Enum.GetValues<PerfusionParameter>().Select(p => KeyValuePair.Create(p.Name(), (JsonNode?)Digest(map[p])))]),
        };
        return Encoding.UTF8.GetString(CanonicalJson.Write(json));
    }

    /// <summary>Corners of the regions of a kept analysis, as they were drawn.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Regions(string json)
    {
        JsonNode kept = CanonicalJson.Read(Encoding.UTF8.GetBytes(json)) ?? throw new FormatException("An analysis is a JSON object.");
        return
        [
            .. (kept["regions"] as JsonArray ?? throw new FormatException("The analysis has no regions.")).Select(region =>
                (IReadOnlyList<(double, double)>)[.. (region!["corners"] as JsonArray ?? []).Select(c => (CanonicalJson.FromBits(c![0])!.Value, CanonicalJson.FromBits(c[1])!.Value))]),
        ];
    }

    /// <summary>Figures of a region by their names, in the order they are told.</summary>
    public static IEnumerable<(string Name, double? Value)> Figures(PerfusionResult figures) =>
    [
        ("arrival_s", figures.ArrivalS), ("time_to_peak_from_arrival_s", figures.TimeToPeakFromArrivalS), ("time_to_peak_from_first_frame_s", figures.TimeToPeakFromFirstFrameS),
        ("peak", figures.Peak), ("wash_in_per_s", figures.WashInPerS), ("width_s", figures.WidthS), ("auc", figures.Area),
        ("mean_transit_moment_s", figures.MeanTransitMomentS), ("mean_transit_area_s", figures.MeanTransitAreaS), ("noise", figures.Noise),
    ];

    private static JsonObject Region(OpenRun open, IReadOnlyList<(double X, double Y)> corners)
    {
        RegionCurve read = open.Read(PixelRegion.Polygon(corners, open.Image.Columns, open.Image.Rows));
        return new JsonObject
        {
            ["corners"] = new JsonArray([.. corners.Select(c => (JsonNode)new JsonArray(CanonicalJson.Bits(c.X), CanonicalJson.Bits(c.Y)))]),
            ["state"] = read.Figures.State.Word(),
            ["refusal"] = read.Figures.Refusal == RunRefusal.None ? null : read.Figures.Refusal.Word(),
            ["flags"] = new JsonArray([.. PerfusionFlagWords.Of(read.Figures.Flags).Select(w => (JsonNode)w)]),
            ["figures"] = new JsonObject([.. Figures(read.Figures).Select(f => KeyValuePair.Create(f.Name, CanonicalJson.Bits(f.Value)))]),
            ["seconds"] = new JsonArray([.. read.Seconds.Select(s => CanonicalJson.Bits(s))]),
            ["density"] = new JsonArray([.. read.Density.Select(d => CanonicalJson.Bits(d))]),
        };
    }

    /// <summary>Injection and projection change every figure: they are kept beside them.</summary>
    private static JsonObject Taken(RunAcquisition taken) => new()
    {
        ["laterality"] = taken.Laterality, ["primary_angle_degrees"] = CanonicalJson.Bits(taken.PrimaryAngleDegrees), ["secondary_angle_degrees"] = CanonicalJson.Bits(taken.SecondaryAngleDegrees),
        ["contrast_agent"] = taken.ContrastAgent, ["contrast_volume_ml"] = CanonicalJson.Bits(taken.ContrastVolumeMl), ["contrast_rate_ml_per_s"] = CanonicalJson.Bits(taken.ContrastRateMlPerS),
    };

    /// <summary>Frame numbers as DICOM counts them, from 1.</summary>
    private static JsonArray Numbers(IReadOnlyList<int> frames) => new([.. frames.Select(f => (JsonNode)(f + 1))]);

    /// <summary>NaN has one pattern here, so that a pixel without a statement is the same bytes on every machine.</summary>
    private static string Digest(ReadOnlySpan<float> values)
    {
        float[] plain = values.ToArray();
        for (int k = 0; k < plain.Length; k++)
        {
            plain[k] = float.IsNaN(plain[k]) ? BitConverter.UInt32BitsToSingle(0x7FC00000) : plain[k];
        }

        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(plain)));
    }
}
