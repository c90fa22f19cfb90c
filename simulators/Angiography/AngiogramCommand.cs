using System.CommandLine;
using System.Globalization;
using Vascular.Simulators.Cli;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Angiography;

/// <summary><c>simulate angiogram</c>: an angiogram of the scenario's patient as a DICOM file, for a sender to push.</summary>
public static class AngiogramCommand
{
    /// <summary>Issuers here are object identifiers written as URIs; DICOM has room for the number.</summary>
    private const string OidUri = "urn:oid:";

    public static Command Build()
    {
        Option<FileInfo> file = new("--out") { Description = "the DICOM file", Required = true, HelpName = "FILE" };
        Option<string> scenario = new("--scenario") { Description = "whose foot: a name that 'list' knows", DefaultValueFactory = _ => "seed-2017-09" };
        Option<string> side = new("--side") { Description = "R or L", DefaultValueFactory = _ => "R" };
        side.AcceptOnlyFromAmong("R", "L");
        Command command = new("angiogram", "Writes a simulated angiogram (XA) of the scenario's patient: 60 frames of 512 x 512 at 5 a second.") { file, scenario, side };
        command.SetAction(parsed => Write(parsed.GetValue(file)!, parsed.GetValue(scenario)!, parsed.GetValue(side)!));
        return command;
    }

    private static int Write(FileInfo file, string name, string side)
    {
        Scenario scenario;
        try
        {
            scenario = ScenarioFile.Load(name);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException)
        {
            throw new CommandFailure($"no scenario '{name}'", "in this version", "choose one that 'simulate list' names", e);
        }

        ScenarioSubject patient = scenario.Patient;
        var subject = new AngiogramSubject(
            patient.Identifier, patient.System.StartsWith(OidUri, StringComparison.Ordinal) ? patient.System[OidUri.Length..] : patient.System, patient.Gender switch { "male" => "M", "female" => "F", _ => "O" },
            scenario.Order.Accession, side, scenario.Start.ToString("yyyyMMdd", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"2.25.{scenario.Start:yyyyMMdd}{scenario.Seed}"));
        try
        {
            using FileStream to = file.Create();
            AngiogramFile.Write(to, subject, SimulatedFoot.Frames, SimulatedFoot.Rows, SimulatedFoot.Columns, 1000 / SimulatedFoot.FramesPerSecond, SimulatedFoot.Take((int)(scenario.Seed & int.MaxValue)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the angiogram cannot be written", file.FullName, "give a file in a folder this user may write", e);
        }

        return 0;
    }
}
