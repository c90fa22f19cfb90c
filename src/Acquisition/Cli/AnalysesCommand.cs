using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition analyses</c>: every kept analysis derived again from the archive's frames, as <c>replay</c> does for tapes.</summary>
public static class AnalysesCommand
{
    public static Command Build()
    {
        Argument<FileInfo[]> files = new("FILE.dcm") { Description = "The DICOM files they were made of, where no archive is named.", Arity = ArgumentArity.ZeroOrMore };
        ArchiveOptions archive = new();
        Option<string?> data = new("--data") { Description = "Data folder whose record holds the analyses (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<bool> json = new("--json") { Description = "One JSON document on stdout and nothing else." };
        Command command = new("analyses", "Derives every kept analysis of an angiogram again, from the same frames by the method it names, and compares to the bit. Exit 1 for a difference.") { files, archive.Url, archive.User, archive.Password, data, json };
        command.SetAction(async (parsed, cancel) =>
        {
            RecordDatabase record = await StationRecord.OpenAsync(parsed.GetValue(data), cancel);
            IReadOnlyList<KeptAnalysis> kept = await new ReadingRecord(record, TimeProvider.System).KeptAsync(null, cancel);
            JsonObject result = await archive.WithAsync(parsed, parsed.GetValue(files) ?? [], (images, folder) => DeriveAsync(kept, images, folder, cancel), cancel);
            TextWriter output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(json) ? result.ToJsonString() : Line(result));
            return result["differences"]!.AsArray().Count > 0 ? CommandLine.Failed : CommandLine.Done;
        });
        return command;
    }

    /// <summary>Identical, made by another method version, away (the archive does not have those frames any more), or different.</summary>
    internal static async Task<JsonObject> DeriveAsync(IReadOnlyList<KeptAnalysis> kept, IAngiograms archive, DirectoryInfo folder, CancellationToken cancel)
    {
        int identical = 0, superseded = 0, away = 0;
        var differences = new JsonArray();
        foreach (KeptAnalysis analysis in kept)
        {
            if ((analysis.Method, analysis.MethodVersion) != (RunAnalysis.Perfusion.Name, RunAnalysis.Perfusion.Version))
            {
                superseded++;
                continue;
            }

            string again;
            try
            {
                XaImage image = await archive.DescribeAsync(analysis.Study, analysis.Series, analysis.Instance, cancel);
                using OpenRun open = await OpenRun.OpenAsync(archive, image, folder, null, cancel);
                again = RunAnalysis.Of(open, RunAnalysis.Regions(analysis.Json));
            }
            catch (AngiogramException)
            {
                away++;
                continue;
            }

            if (again == analysis.Json)
            {
                identical++;
            }
            else
            {
                differences.Add((JsonNode)new JsonObject { ["entry"] = analysis.Entry.ToString("D"), ["members"] = new JsonArray([.. Differing(analysis.Json, again).Select(m => (JsonNode)m)]) });
            }
        }

        return new JsonObject { ["analyses"] = kept.Count, ["identical"] = identical, ["superseded"] = superseded, ["away"] = away, ["differences"] = differences };
    }

    private static IEnumerable<string> Differing(string before, string again)
    {
        JsonObject a = JsonNode.Parse(before)!.AsObject(), b = JsonNode.Parse(again)!.AsObject();
        return a.Select(m => m.Key).Union(b.Select(m => m.Key)).Where(key => !JsonNode.DeepEquals(a[key], b[key]));
    }

    private static string Line(JsonObject result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result["analyses"]} analyses: {result["identical"]} identical, {result["superseded"]} of another method version, {result["away"]} whose frames the archive does not hand out, {result["differences"]!.AsArray().Count} different");
}
