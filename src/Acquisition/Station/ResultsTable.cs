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
        OutboxStatus[][] versions = Versions(rows);
        string delivery = versions switch
        {
            [] => "not sent",
            [var only] => Rows(only),
            _ => Version(versions[^1]),
        };
        var table = new Table { Border = TableBorder.Rounded };
        foreach (string head in (string[])["result", "site", "value", "95 % half width", "state", "method", "chart"])
        {
            table.AddColumn(head);
        }

        foreach (Finding finding in fold.Findings)
        {
            string[] cells = Cells(finding, fold.IsAccepted(finding) ? delivery : "not accepted");
            cells[0] += fold.IsReading(finding) ? string.Create(CultureInfo.InvariantCulture, $", attempt {finding.Attempt}") : string.Empty;
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        string simulated = fold.Settings!.Simulated ? "SIMULATED (HTEST): no patient" : "real devices";
        console.MarkupLineInterpolated($"examination {examination}  {simulated}");
        console.Write(table);
        foreach (OutboxStatus[] version in versions.Length > 1 ? versions : [])
        {
            console.MarkupLineInterpolated($"{Version(version)}");
        }
    }

    /// <summary>What is owed and to whom, in a few words; of several versions, each that is not delivered.</summary>
    public static string Delivery(IReadOnlyList<OutboxStatus> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        OutboxStatus[][] versions = Versions(rows);
        return versions switch
        {
            [] => "not sent",
            [var only] => Rows(only),
            _ when versions.Where(v => v.Any(IsOpen)).ToArray() is { Length: > 0 } open => string.Join("; ", open.Select(Version)),
            _ => Version(versions[^1]),
        };
    }

    private static OutboxStatus[][] Versions(IReadOnlyList<OutboxStatus> rows) => [.. rows.GroupBy(r => r.ResultVersion).Select(v => v.ToArray())];

    private static bool IsOpen(OutboxStatus row) => row.State is OutboxState.Owed or OutboxState.Held;

    private static string Version(OutboxStatus[] rows) => string.Create(CultureInfo.InvariantCulture, $"version {rows[0].ResultVersion}: {Rows(rows)}");

    private static string Rows(IEnumerable<OutboxStatus> version) => string.Join("; ", version.GroupBy(Row).Select(Counted));

    /// <summary>The parts of a result usually stand alike.</summary>
    private static string Counted(IGrouping<string, OutboxStatus> alike)
    {
        int messages = alike.Count();
        return messages == 1 ? alike.Key : string.Create(CultureInfo.InvariantCulture, $"{alike.Key} ({messages} messages)");
    }

    private static string Row(OutboxStatus row) => row switch
    {
        { State: OutboxState.SentNotConfirmed } => "sent, not confirmed",
        { Consumers.Count: 0 } => "owed to a broker",
        _ => string.Join("; ", row.Consumers.GroupBy(c => WordOf(c.State)).OrderBy(g => g.Key).Select(g => $"{Words[g.Key]} {string.Join(", ", g.Select(c => c.Consumer).Order(StringComparer.Ordinal))}")),
    };

    /// <summary>What needs somebody first.</summary>
    private static readonly string[] Words = ["rejected by", "owed to", "closed for", "delivered to"];

    /// <summary>Closed by a person is not delivered: the consumer does not have it.</summary>
    private static int WordOf(ConsumerState state) => state switch
    {
        ConsumerState.Rejected => 0,
        ConsumerState.Owed => 1,
        ConsumerState.Closed => 2,
        _ => 3,
    };

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
        "tcpo2-plateau" => "TcPO2",
        "rpi" => "RPI",
        "wifi-ischemia" => "WIfI ischaemia",
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
