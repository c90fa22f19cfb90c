using System.CommandLine;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition doctor</c>: what on this machine is missing or wrong, one line each, with the mend.</summary>
public static class DoctorCommand
{
    public static Command Build()
    {
        Option<string?> config = new("--config") { Description = "Station file; without it what any station needs is looked at.", HelpName = "FILE" };
        Option<string?> data = new("--data") { Description = "Data folder (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<string?> keys = new("--keys") { Description = "Folder of the station's keys (default $XDG_CONFIG_HOME/vascular-acquisition/keys).", HelpName = "DIR" };
        Option<bool> angiography = new("--angiography") { Description = "Angiograms will be read here as well." };
        Option<bool> json = new("--json") { Description = "One JSON document: {\"complaints\":[{\"subject\",\"what\",\"where\",\"mend\"}]}." };
        Command command = new("doctor", "Says what on this machine is missing or wrong, one line each, with the mend. Changes nothing. Exit 0 when nothing is, 1 otherwise.") { config, data, keys, angiography, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var doctor = new Doctor(new Machine(), parsed.GetValue(config), DataFolder.PathFor(parsed.GetValue(data), Environment.GetEnvironmentVariable), KeysArgument.Folder(parsed.GetValue(keys)))
            {
                WithAngiography = parsed.GetValue(angiography),
            };
            IReadOnlyList<Complaint> found = await doctor.LookAsync(cancel);
            Print(found, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return found.Count == 0 ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Complaint> found, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(new JsonObject { ["complaints"] = new JsonArray([.. found.Select(one => (JsonNode)one.ToJson())]) }.ToJsonString());
            return;
        }

        foreach (Complaint one in found)
        {
            output.WriteLine(one.Line);
        }

        if (found.Count == 0)
        {
            output.WriteLine("nothing is missing or wrong");
        }
    }
}
