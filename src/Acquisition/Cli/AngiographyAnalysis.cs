using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Archive;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary><c>analyze angiography</c>: perfusion figures of regions of one XA run, and maps of the whole picture.</summary>
internal static class AngiographyAnalysis
{
    public static Command Build(Func<JsonObject, bool, int> print)
    {
        Argument<FileInfo> file = new("file") { Description = "DICOM file of one XA run." };
        Option<string[]> regions = new("--roi") { Description = "Region x,y,width,height in pixels; may be given more than once. Default: the exposed field.", AllowMultipleArgumentsPerToken = false };
        Option<DirectoryInfo?> maps = new("--out") { Description = "Folder for the parametric maps (colour PNG with its scale, NumPy array of 32-bit floats, NaN without contrast) and maps.json." };
        Option<FileInfo?> after = new("--compare") { Description = "The run after a treatment: figures side by side, only where both were taken alike.", HelpName = "FILE.dcm" };
        Option<string[]> afterRegions = new("--compare-roi") { Description = "The same regions in that run, in the same order. Default: at the same pixels.", AllowMultipleArgumentsPerToken = false };
        Option<string[]> stated = new("--stated") { Description = $"What you know to be the same where the headers are silent: {string.Join(", ", Enum.GetValues<MatchCriterion>().Select(c => c.Word()))}.", AllowMultipleArgumentsPerToken = false };
        Option<bool> json = new("--json") { Description = "One JSON document on stdout and nothing else." };
        Command command = new("angiography", "Perfusion figures of an X-ray angiogram: log subtraction, motion, time-density curves.") { file, regions, maps, after, afterRegions, stated, json };
        command.Validators.Add(given =>
        {
            foreach (Option of in new Option[] { afterRegions, stated }.Where(o => given.GetResult(o) is not null && given.GetResult(after) is null))
            {
                given.AddError($"{of.Name} belongs to {after.Name}");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            (int X, int Y, int Width, int Height)[] boxes = Boxes(regions.Name, parsed.GetValue(regions)), afterBoxes = Boxes(afterRegions.Name, parsed.GetValue(afterRegions));
            if (afterBoxes.Length > 0 && afterBoxes.Length != Math.Max(1, boxes.Length))
            {
                throw new UsageFailure($"{Math.Max(1, boxes.Length)} regions before and {afterBoxes.Length} after", afterRegions.Name, $"give one for each {regions.Name}, in the same order, or none");
            }

            HashSet<MatchCriterion> known = Stated(parsed.GetValue(stated) ?? []);
            return print(await AnalyzeAsync(parsed.GetValue(file)!, boxes, parsed.GetValue(maps), parsed.GetValue(after) is { } second ? (second, afterBoxes, known) : null, cancel), parsed.GetValue(json));
        });
        return command;
    }

    private static async Task<JsonObject> AnalyzeAsync(
        FileInfo file, (int X, int Y, int Width, int Height)[] regions, DirectoryInfo? maps, (FileInfo File, (int X, int Y, int Width, int Height)[] Regions, HashSet<MatchCriterion> Stated)? after, CancellationToken cancel)
    {
        foreach (FileInfo one in new[] { file, after?.File }.OfType<FileInfo>())
        {
            if (!one.Exists)
            {
                throw new CommandFailure("the file does not exist", one.FullName, "give the path of a DICOM file");
            }
        }

        await using PrivateArchive archive = await PrivateArchive.StartAsync(TimeProvider.System, cancel);
        try
        {
            XaImage image = await archive.AddAsync(file, cancel);
            (int X, int Y, int Width, int Height)[] boxes = regions.Length > 0 ? regions : [(0, 0, image.Columns, image.Rows)];
            PixelRegion[] inside = [.. boxes.Select(b => Region(b, image))];
            var bar = new ProgressBar(Console.Error, !Console.IsErrorRedirected);
            using SpooledFrames frames = await SpooledFrames.FetchAsync(archive.Images, image, archive.Folder, done => bar.Show("frames", done / (double)image.Frames), cancel);
            (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(image.Run, frames);
            JsonObject result = Describe(image, run, refusal);
            VesselDensity? vessels = run is null ? null : VesselDensity.Of(run, image.Run.Relationship);
            if (regions.Length == 0 && run is not null)
            {
                (inside, boxes) = ([run.Field], [Around(run.Field)]);
            }

            (PerfusionResult Figures, double[] Density)[] read = [.. inside.Select(region => run?.Read(region) ?? (PerfusionResult.Refused(refusal), []))];
            result["regions"] = new JsonArray([.. inside.Select((region, k) => (JsonNode)Figures(run, read[k], boxes[k], vessels?.Share(region)))]);
            result["vessel_density_is"] = vessels is null ? null : "an aid for the eye of who reads SAD, never a score";
            if (after is { } second)
            {
                result["comparison"] = await CompareAsync(archive, image, read, boxes, regions.Length == 0, second, bar, cancel);
            }

            if (maps is not null)
            {
                if (run is null)
                {
                    throw new CommandFailure($"no maps: {refusal.Sentence()}", file.FullName, "leave out --out, or choose another run");
                }

                WriteMaps(PerfusionMap.Of(run, share => bar.Show("maps", share)), maps);
                result["maps"] = maps.FullName;
            }

            bar.End();
            return result;
        }
        catch (AngiogramException unreadable)
        {
            throw new CommandFailure($"the angiogram cannot be measured: {unreadable.Message}", file.FullName, "export a grey, uncompressed or losslessly compressed XA run", unreadable);
        }
    }

    private static JsonObject Describe(XaImage image, SubtractedRun? run, RunRefusal refusal)
    {
        double[] seconds = image.Run.Times is { } times ? times.Seconds.ToArray() : [];
        return new JsonObject
        {
            ["frames"] = image.Frames,
            ["frame_times_s"] = image.Run.Times is null ? null : new JsonArray([.. seconds.Select(s => (JsonNode?)Rounded(s))]),
            ["frame_times_from"] = image.Run.Times?.Source switch
            {
                FrameTimeSource.FrameTimeVector => "frame_time_vector",
                FrameTimeSource.FrameTime => "frame_time",
                FrameTimeSource.CineRate => "cine_rate",
                _ => null,
            },
            ["rows"] = image.Rows,
            ["columns"] = image.Columns,
            ["density_unit"] = image.Run.Relationship switch { IntensityRelationship.Linear => "natural", IntensityRelationship.Logarithmic => "stored", _ => null },
            ["laterality"] = image.Laterality,
            ["lossy"] = image.IsLossy,
            ["state"] = (run is null ? MeasurementState.Unreadable : MeasurementState.Measured).Word(),
            ["refusal"] = run is null ? refusal.Word() : null,
            ["reason"] = run is null ? refusal.Sentence() : null,
            ["flags"] = new JsonArray([.. RunFlagWords.Of(run?.Flags ?? RunFlags.None).Select(w => (JsonNode)w)]),
            ["mask_frames"] = run is null ? null : new JsonArray([.. run.MaskFrames.Select(f => (JsonNode)f)]),
            ["frames_left_out"] = run is null ? null : image.Frames - run.Kept.Count,
            ["motion_residual_px"] = run is null || run.Flags.HasFlag(RunFlags.MotionUnknown) ? null : Rounded(run.ResidualPx),
        };
    }

    /// <summary>The same limb before and after: which criteria hold, and the changes where all do.</summary>
    private static async Task<JsonObject> CompareAsync(
        PrivateArchive archive, XaImage before, (PerfusionResult Figures, double[] Density)[] read, (int X, int Y, int Width, int Height)[] boxes, bool isField,
        (FileInfo File, (int X, int Y, int Width, int Height)[] Regions, HashSet<MatchCriterion> Stated) after, ProgressBar bar, CancellationToken cancel)
    {
        XaImage image = await archive.AddAsync(after.File, cancel);
        if (image.Instance == before.Instance)
        {
            throw new CommandFailure("both files are the same run", "--compare", "give the run after the treatment");
        }

        using SpooledFrames frames = await SpooledFrames.FetchAsync(archive.Images, image, archive.Folder, done => bar.Show("frames after", done / (double)image.Frames), cancel);
        (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(image.Run, frames);
        RunComparison comparison = RunComparison.Of((before.Acquisition!, before.Run), (image.Acquisition!, image.Run), after.Stated);
        PerfusionResult Of(int k) => run?.Read(isField && after.Regions.Length == 0 ? run.Field : Region(after.Regions.Length > 0 ? after.Regions[k] : boxes[k], image)).Figures ?? PerfusionResult.Refused(refusal);
        return new JsonObject
        {
            ["holds"] = comparison.Holds,
            ["criteria"] = new JsonArray([.. comparison.Matches.Select(m => (JsonNode)new JsonObject { ["criterion"] = m.Criterion.Word(), ["standing"] = m.Standing.Word(), ["says"] = m.Says })]),
            ["equal_length"] = comparison.IsEqualLength,
            ["refusal_after"] = run is null ? refusal.Word() : null,
            ["regions"] = new JsonArray([.. read.Select((one, k) => (JsonNode)new JsonObject
            {
                ["changes"] = new JsonArray([.. comparison.Changes(one.Figures, Of(k)).Select(c => (JsonNode)new JsonObject
                {
                    ["figure"] = c.Name, ["before"] = Rounded(c.Before), ["after"] = Rounded(c.After), ["change"] = Rounded(c.Change), ["change_percent"] = Rounded(c.ChangePercent),
                })]),
            })]),
        };
    }

    private static HashSet<MatchCriterion> Stated(string[] words) =>
    [
        .. words.SelectMany(w => w.Split(',')).Select(w => MatchWords.Criterion(w.Trim()) ?? throw new UsageFailure($"'{w}' is no criterion", "--stated", $"choose of {string.Join(", ", Enum.GetValues<MatchCriterion>().Select(c => c.Word()))}")),
    ];

    private static JsonObject Figures(SubtractedRun? run, (PerfusionResult, double[]) read, (int X, int Y, int Width, int Height) box, double? vesselDensity)
    {
        (PerfusionResult figures, double[] density) = read;
        GammaVariate? fit = run is null ? null : GammaVariate.Fit(run.Seconds, density, figures);
        return new JsonObject
        {
            ["roi"] = new JsonArray(box.X, box.Y, box.Width, box.Height),
            ["arrival_s"] = Rounded(figures.ArrivalS),
            ["time_to_peak_from_arrival_s"] = Rounded(figures.TimeToPeakFromArrivalS),
            ["time_to_peak_from_first_frame_s"] = Rounded(figures.TimeToPeakFromFirstFrameS),
            ["peak"] = Rounded(figures.Peak),
            ["wash_in_per_s"] = Rounded(figures.WashInPerS),
            ["width_s"] = Rounded(figures.WidthS),
            ["auc"] = Rounded(figures.Area),
            ["mean_transit_moment_s"] = Rounded(figures.MeanTransitMomentS),
            ["mean_transit_area_s"] = Rounded(figures.MeanTransitAreaS),
            ["state"] = figures.State.Word(),
            ["refusal"] = figures.Refusal == RunRefusal.None ? null : figures.Refusal.Word(),
            ["reason"] = figures.Refusal == RunRefusal.None ? null : figures.Refusal.Sentence(),
            ["noise"] = Rounded(figures.Noise),
            ["vessel_density"] = Rounded(vesselDensity),
            ["flags"] = new JsonArray([.. PerfusionFlagWords.Of(figures.Flags).Select(w => (JsonNode)w)]),
            ["gamma_variate"] = fit is not { } pass ? null : new JsonObject
            {
                ["start_s"] = Rounded(pass.StartS), ["shape"] = Rounded(pass.Shape), ["scale_s"] = Rounded(pass.ScaleS), ["peak_s"] = Rounded(pass.PeakAtS),
                ["peak"] = Rounded(pass.Peak), ["auc"] = Rounded(pass.Area), ["mean_transit_s"] = Rounded(pass.MeanTransitS), ["goodness"] = Rounded(pass.Goodness),
            },
        };
    }

    private static (int X, int Y, int Width, int Height)[] Boxes(string option, string[]? texts) => [.. (texts ?? []).Select(t => Box(option, t))];

    private static (int X, int Y, int Width, int Height) Box(string option, string text)
    {
        string[] parts = text.Split(',');
        int[] numbers = [.. parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        return numbers is [>= 0 and var x, >= 0 and var y, > 0 and var width, > 0 and var height]
            ? (x, y, width, height)
            : throw new UsageFailure($"'{text}' is no region", option, "write x,y,width,height in whole pixels, as in 120,80,40,40");
    }

    private static (int X, int Y, int Width, int Height) Around(PixelRegion region)
    {
        (int from, int to) = (region.Stretches.Min(s => s.From), region.Stretches.Max(s => s.To));
        return (from, region.FirstRow, to - from, region.LastRow - region.FirstRow + 1);
    }

    private static PixelRegion Region((int X, int Y, int Width, int Height) box, XaImage image)
    {
        try
        {
            return PixelRegion.Rectangle(box.X, box.Y, box.Width, box.Height, image.Columns, image.Rows);
        }
        catch (ArgumentException outside)
        {
            throw new CommandFailure(outside.Message.TrimEnd('.'), "--roi", "choose a region inside the picture", outside);
        }
    }

    private static void WriteMaps(PerfusionMap map, DirectoryInfo folder)
    {
        try
        {
            folder.Create();
            var index = new JsonObject();
            foreach (PerfusionParameter parameter in Enum.GetValues<PerfusionParameter>())
            {
                string name = parameter.Name();
                MapScale? scale = MapScale.Of(map[parameter]);
                File.WriteAllBytes(Path.Combine(folder.FullName, $"{name}.png"), MapPicture.Of(map, parameter));
                float[] values = map[parameter].ToArray();
                float[] said = [.. values.Where(v => !float.IsNaN(v)).Order()];
                File.WriteAllBytes(Path.Combine(folder.FullName, $"{name}.npy"), NumPyArray(values, map.Rows, map.Columns));
                index[name] = new JsonObject
                {
                    ["file"] = $"{name}.npy", ["picture"] = $"{name}.png", ["scale_low"] = Rounded(scale?.Low), ["scale_high"] = Rounded(scale?.High), ["pixels_with_contrast"] = said.Length,
                    ["lowest"] = said.Length > 0 ? Rounded(said[0]) : null, ["median"] = said.Length > 0 ? Rounded(said[said.Length / 2]) : null, ["highest"] = said.Length > 0 ? Rounded(said[^1]) : null,
                };
            }

            File.WriteAllText(Path.Combine(folder.FullName, "maps.json"), index.ToJsonString() + "\n");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the maps cannot be written", folder.FullName, "give a folder that can be written", refused);
        }
    }

    /// <summary>The .npy format, version 1.0: a header in Python's notation, then rows of little-endian 32-bit floats.</summary>
    private static byte[] NumPyArray(float[] values, int rows, int columns)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
        int length = (10 + header.Length + 1 + 63) / 64 * 64;
        byte[] bytes = new byte[length + 4 * values.Length];
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(length - 10));
        Encoding.ASCII.GetBytes(header.PadRight(length - 11) + "\n", bytes.AsSpan(10));
        for (int k = 0; k < values.Length; k++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(length + 4 * k), values[k]);
        }

        return bytes;
    }

    /// <summary>Six significant digits, as JSON number.</summary>
    private static JsonValue? Rounded(double? value) => value is { } v && double.IsFinite(v)
        ? JsonValue.Create(double.Parse(v.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
        : null;
}
