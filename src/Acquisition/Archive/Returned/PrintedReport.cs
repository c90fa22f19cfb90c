using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Writer;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>The report for people as PDF: every finding in the words of the bedside page, the traces drawn with their gaps, and what it is not.</summary>
/// <remarks>A pure function: the same report gives the same bytes.</remarks>
internal sealed class PrintedReport : IDisposable
{
    private const double Left = 48;
    private const double Right = 547;
    private const double Top = 800;
    private const double Bottom = 60;
    private const double Small = 8.5;
    private const double Body = 10;
    private const double Leading = 1.4;

    /// <summary>Left edges of name, result, and remarks.</summary>
    private static readonly double[] Columns = [Left, 250, 375];

    private readonly PdfDocumentBuilder document = new() { IncludeDocumentInformation = true };
    private readonly PrintedFont plain;
    private readonly PrintedFont bold;
    private readonly SessionReport report;
    private PdfPageBuilder page;
    private double y;

    private PrintedReport(SessionReport report)
    {
        this.report = report;
        document.DocumentInformation.Title = "Vascular measurements";
        document.DocumentInformation.Producer = "vascular-acquisition " + report.SoftwareVersion;
        plain = PrintedFont.AddTo(document, PrintedFont.Plain);
        bold = PrintedFont.AddTo(document, PrintedFont.Bold);
        page = NewPage();
    }

    public static byte[] Of(SessionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using PrintedReport printed = new(report);
        printed.Write();
        return WithoutRandomIdentifier(printed.document.Build(), report);
    }

    public void Dispose() => document.Dispose();

    private void Write()
    {
        Line("Lower extremity arterial physiologic study", 15, bold);
        Line(Status(report.Status), Body, bold);
        if (report.Test)
        {
            Line("SIMULATED: at least one device was a simulator. This is no result of a patient.", Body, bold);
        }

        Line($"Patient {report.Patient.Value} ({report.Patient.System})", Body, plain);
        if (report.Order is { } order)
        {
            Line(string.Join(", ", new[] { Named("order", order.Placer), Named("accession", order.Accession), order.Reason }.OfType<string>()), Body, plain);
        }

        Line(string.Create(CultureInfo.InvariantCulture, $"Examination {report.Examination}, version {report.ResultVersion}"), Small, plain);
        Line(string.Create(CultureInfo.InvariantCulture, $"{report.Started:yyyy-MM-dd HH:mm} to {report.Ended:HH:mm} ({report.Ended:zzz}), {report.Site}, {report.Gateway}, technician {report.Technician}"), Small, plain);
        foreach (Side side in new[] { Side.Right, Side.Left })
        {
            Findings(side);
        }

        foreach (ReportedFinding trace in report.Findings.Where(f => !f.Withdrawn && FindingObservation.IsWaveform(f.Finding)))
        {
            Trace(trace.Finding);
        }

        y -= Body;
        foreach (ReportedDevice device in report.Devices)
        {
            Line($"{device.Link}: {device.Kind}{(device.Identity is { } identity ? $", {identity}" : "")}{(device.Simulated ? ", SIMULATED" : "")}", Small, plain);
        }

        Line($"Rules {report.RuleVersion}. Raw recording sha256 {report.RecordingSha256}.", Small, plain);
        Line("Uncertainties are 95 % half widths. Made by software that is not a medical device; not for diagnosis.", Small, plain);
        foreach ((int number, PdfPageBuilder sheet) in document.Pages)
        {
            sheet.AddText(plain.Printable($"{report.Patient.Value}  version {report.ResultVersion}  page {number} of {document.Pages.Count}{(report.Test ? "  SIMULATED" : "")}"), Small, new PdfPoint(Left, Bottom - 24), plain.Added);
        }
    }

    private void Findings(Side side)
    {
        List<Finding> findings = [.. report.Findings.Where(f => !f.Withdrawn && f.Finding.Site.Side == side).Select(f => f.Finding)];
        if (findings.Count == 0)
        {
            return;
        }

        y -= Body;
        Line(side == Side.Right ? "Right" : "Left", 12, bold);
        foreach (Finding finding in findings)
        {
            FindingView view = FindingWords.Of(finding, accepted: true);
            string[] name = Folded($"{view.Name}, {SiteWords.Place(view.Site)}", Columns[1] - Columns[0], plain);
            string[] value = Folded($"{view.Value} {view.Unit} {view.Uncertainty}".Trim(), Columns[2] - Columns[1], bold);
            string[] note = Folded(view.Note, Right - Columns[2], plain);
            int rows = Math.Max(name.Length, Math.Max(value.Length, note.Length));
            Room(rows * Small * Leading);
            for (int row = 0; row < rows; row++)
            {
                y -= Small * Leading;
                Cell(name, row, Columns[0], plain);
                Cell(value, row, Columns[1], bold);
                Cell(note, row, Columns[2], plain);
            }
        }
    }

    /// <summary>A trace over the width of the page; where samples were lost nothing is drawn.</summary>
    private void Trace(Finding finding)
    {
        const double height = 90;
        FindingTrace trace = finding.Trace!;
        if (trace.Samples.All(s => s is null))
        {
            return;
        }

        Room(height + (3 * Body));
        y -= Body;
        int lost = trace.Samples.Count(s => s is null);
        double seconds = trace.PeriodNs * 1e-9 * (trace.Samples.Count - 1);
        Line(string.Create(CultureInfo.InvariantCulture, $"Digit PPG, {SiteWords.Place(finding.Site)}: {seconds:0.0} s, {trace.Samples.Count} samples, {lost} lost, in device counts"), Small, bold);
        double low = trace.Samples.Min()!.Value;
        double span = Math.Max(1, trace.Samples.Max()!.Value - low);
        double step = (Right - Left) / Math.Max(1, trace.Samples.Count - 1);
        for (int k = 1; k < trace.Samples.Count; k++)
        {
            if (trace.Samples[k - 1] is { } before && trace.Samples[k] is { } now)
            {
                page.DrawLine(new PdfPoint(Left + ((k - 1) * step), y - height + (height * (before - low) / span)), new PdfPoint(Left + (k * step), y - height + (height * (now - low) / span)), 0.6);
            }
        }

        y -= height;
    }

    private void Line(string text, double size, PrintedFont font)
    {
        foreach (string line in Folded(text, Right - Left, font, size))
        {
            Room(size * Leading);
            y -= size * Leading;
            page.AddText(line, size, new PdfPoint(Left, y), font.Added);
        }
    }

    private void Cell(string[] lines, int row, double x, PrintedFont font)
    {
        if (row < lines.Length && lines[row].Length > 0)
        {
            page.AddText(lines[row], Small, new PdfPoint(x, y), font.Added);
        }
    }

    /// <summary>A text in lines that fit; a word longer than a line stands alone.</summary>
    private string[] Folded(string text, double width, PrintedFont font, double size = Small)
    {
        List<string> lines = [];
        StringBuilder line = new();
        foreach (string word in font.Printable(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Width(longer, size, font) > width - 6)
            {
                lines.Add(line.ToString());
                longer = word;
            }

            line.Clear().Append(longer);
        }

        lines.Add(line.ToString());
        return [.. lines];
    }

    private double Width(string text, double size, PrintedFont font) =>
        page.MeasureText(text, size, new PdfPoint(0, 0), font.Added)[^1].EndBaseLine.X;

    private void Room(double height)
    {
        if (y - height < Bottom)
        {
            page = NewPage();
        }
    }

    private PdfPageBuilder NewPage()
    {
        y = Top;
        return document.AddPage(PageSize.A4);
    }

    private static string? Named(string what, string? value) => value is null ? null : $"{what} {value}";

    private static string Status(ReportStatus status) => status switch
    {
        ReportStatus.Partial => "Partial: the examination has not ended",
        ReportStatus.Preliminary => "Preliminary: not signed by a physician",
        ReportStatus.Final => "Final: signed",
        ReportStatus.Amended => "Amended",
        ReportStatus.Corrected => "Corrected",
        _ => "Entered in error: nothing of this report is of this patient",
    };

    /// <summary>The library gives each file a random identifier; the report's own takes its place, so that equal reports are equal bytes.</summary>
    private static byte[] WithoutRandomIdentifier(byte[] pdf, SessionReport report)
    {
        int start = pdf.AsSpan().LastIndexOf("/ID"u8);
        byte[] identifier = Encoding.ASCII.GetBytes(report.MessageId.ToString("N").ToUpperInvariant());
        for (int k = start, next = 0; start >= 0 && k < pdf.Length && pdf[k] != (byte)']'; k++)
        {
            if (char.IsAsciiHexDigit((char)pdf[k]) && k > start + 3)
            {
                pdf[k] = identifier[next++ % identifier.Length];
            }
        }

        return pdf;
    }
}
