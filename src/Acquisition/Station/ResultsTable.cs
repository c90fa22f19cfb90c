using System.Globalization;
using Spectre.Console;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>The results of an examination for a terminal: each finding as it would be printed, and whether it has arrived.</summary>
public static class ResultsTable
{
    public static void Print(IAnsiConsole console, Guid examination, ExaminationFold fold, IReadOnlyList<OutboxStatus> rows)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(fold);
        IGrouping<int, OutboxStatus>[] versions = [.. rows.GroupBy(r => r.ResultVersion)];
        string delivery = versions switch { [] => "not sent", [var only] => Messages(only), _ => Version(versions[^1]) };
        var table = new Table { Border = TableBorder.Rounded };
        foreach (string head in (string[])["result", "site", "value", "95 % half width", "state", "method", "chart"])
        {
            table.AddColumn(head);
        }

        foreach (Finding finding in fold.Findings)
        {
            table.AddRow([.. Cells(finding, fold.IsAccepted(finding) ? delivery : "not accepted").Select(Markup.Escape)]);
        }

        string simulated = fold.Settings!.Simulated ? "SIMULATED (HTEST): no patient" : "real devices";
        console.MarkupLineInterpolated($"examination {examination}  {simulated}");
        console.Write(table);
        foreach (IGrouping<int, OutboxStatus> version in versions.Length > 1 ? versions : [])
        {
            console.MarkupLineInterpolated($"{Version(version)}");
        }
    }

    /// <summary>What is owed and to whom, in a few words; of several versions, each that is not delivered.</summary>
    public static string Delivery(IReadOnlyList<OutboxStatus> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        IGrouping<int, OutboxStatus>[] versions = [.. rows.GroupBy(r => r.ResultVersion)];
        return versions switch
        {
            [] => "not sent",
            [var only] => Messages(only),
            _ when Array.FindAll(versions, v => v.Any(r => r.State is OutboxState.Owed or OutboxState.Held)) is { Length: > 0 } open => string.Join("; ", open.Select(Version)),
            _ => Version(versions[^1]),
        };
    }

    private static string Version(IGrouping<int, OutboxStatus> version) => string.Create(CultureInfo.InvariantCulture, $"version {version.Key}: {Messages(version)}");

    private static string Messages(IEnumerable<OutboxStatus> rows) => string.Join("; ", rows.GroupBy(Row).Select(Counted));

    /// <summary>The parts of a result usually stand alike.</summary>
    private static string Counted(IGrouping<string, OutboxStatus> alike)
    {
        int messages = alike.Count();
        return messages == 1 ? alike.Key : string.Create(CultureInfo.InvariantCulture, $"{alike.Key} ({messages} messages)");
    }

    private static string Row(OutboxStatus row) => row.State switch
    {
        OutboxState.SentNotConfirmed => "sent, not confirmed",
        OutboxState.Settled => $"delivered to {Names(row, c => c.State is ConsumerState.Stored or ConsumerState.Duplicate or ConsumerState.Closed)}",
        OutboxState.Held => $"rejected by {Names(row, c => c.State == ConsumerState.Rejected)}",
        _ => $"owed to {Names(row, c => c.State == ConsumerState.Owed)}",
    };

    private static string Names(OutboxStatus row, Func<OutboxConsumer, bool> which) => string.Join(", ", row.Consumers.Where(which).Select(c => c.Consumer));

    private static string[] Cells(Finding finding, string chart) =>
    [
        Name(finding),
        finding.Site.Code,
        finding.Measure == "ppg-waveform" && finding.State == MeasurementState.Measured ? Trace(finding) : $"{finding.Printed}{Unit(finding)}",
        finding.Uncertainty is { } half ? half.ToString(finding.Unit == "{ratio}" ? "0.00" : "0.0", CultureInfo.InvariantCulture) : string.Empty,
        finding.State.Word(),
        string.Create(CultureInfo.InvariantCulture, $"{finding.Method} {finding.MethodVersion}"),
        chart,
    ];

    private static string Name(Finding finding) => finding.Measure switch
    {
        "brachial-sys" => "arm systolic",
        "ankle-sys-pt" => "ankle systolic (PT)",
        "ankle-sys-dp" => "ankle systolic (DP)",
        "toe-sys" => "toe systolic",
        "ppg-waveform" => "toe PPG",
        "abi" => "ABI",
        "abi-pt" => "ABI (PT)",
        "abi-dp" => "ABI (DP)",
        "tbi" => "TBI",
        string other => other,
    };

    private static string Trace(Finding finding)
    {
        string crest = finding.Parts.FirstOrDefault(p => p.Name == "crest-time")?.Value is { } ms
            ? string.Create(CultureInfo.InvariantCulture, $", crest {ms:0} ms")
            : string.Empty;
        return finding.Printed + crest;
    }

    private static string Unit(Finding finding) => finding.Unit == "mm[Hg]" && finding.Value is not null ? " mmHg" : string.Empty;
}
