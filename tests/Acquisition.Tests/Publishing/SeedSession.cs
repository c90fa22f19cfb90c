using System.Globalization;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Publishing;

/// <summary>The clinical seed case as a session report: right leg, PT not compressible at 254 mmHg, DP 102, toe 32, arm 114.</summary>
public static class SeedSession
{
    public static readonly Guid Examination = Guid.Parse("0190b6c8-7f00-7abc-8def-0123456789ab");
    public static readonly Guid Message = Guid.Parse("0190b6c8-9999-7abc-8def-0123456789ab");
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2017-09-30T14:30:00+02:00", CultureInfo.InvariantCulture);

    public static SessionReport Report() => Report([.. Findings().Select(f => Reported(f))]);

    public static SessionReport Report(params ReportedFinding[] findings) => new()
    {
        MessageId = Message,
        Examination = Examination,
        ResultVersion = 1,
        Status = ReportStatus.Preliminary,
        Site = "lab-a",
        Gateway = "bedside-box-01",
        SoftwareVersion = "0.1.0",
        Test = true,
        Patient = new ReportPatient("urn:oid:2.999.1.1", "SEED-2017-09", "female"),
        Order = new ReportOrder("urn:oid:2.999.1.2", "ORD-77", "urn:oid:2.999.1.3", "ACC-77", "Right D1 and D2 ulcers and pain"),
        Started = Start,
        Ended = Start.AddMinutes(25),
        Issued = Start.AddMinutes(26),
        Technician = "simulated technician",
        Findings = findings,
        Devices =
        [
            new ReportedDevice("cuff", "Cuff pressure module", "70686", "CUFF-0001", Simulated: true),
            new ReportedDevice("ppg", "Digit PPG channel", "70774", "PPG-0001", Simulated: true),
        ],
        RecordingSha256 = new string('a', 64),
        RuleVersion = "2017-09.1",
    };

    public static ReportedFinding Reported(Finding finding, bool withdrawn = false) =>
        new(finding, Start.AddMinutes(1), Start.AddMinutes(2), "simulated technician", Start.AddMinutes(3), withdrawn);

    /// <summary>A finding with nothing but its name; the test says the rest.</summary>
    public static Finding Named(string step, string measure, string site, string unit, MeasurementState state = MeasurementState.Measured)
    {
        Site where = Site.Parse(site);
        return new Finding
        {
            Id = Identifiers.Finding(Examination, 1, step, 1, measure, where),
            Version = 1,
            Name = Identifiers.FindingName(1, step, 1, measure, where),
            Step = step,
            Attempt = 1,
            Measure = measure,
            Site = where,
            State = state,
            Unit = unit,
            Printed = "-",
            Method = "return-of-pulse",
            MethodVersion = 1,
        };
    }

    public static Finding CuffPressure(string step, string measure, string site, double value, double uncertainty = 3.123456) =>
        Named(step, measure, site, "mm[Hg]") with { Value = value, Unrounded = value, Uncertainty = uncertainty, Printed = value.ToString(CultureInfo.InvariantCulture), Links = ["ppg", "cuff"] };

    public static IReadOnlyList<Finding> Findings()
    {
        Finding armRight = CuffPressure("arm.right", "brachial-sys", "R.ARM", 114);
        Finding armLeft = CuffPressure("arm.left", "brachial-sys", "L.ARM", 113);
        Finding pt = CuffPressure("ankle.right.pt", "ankle-sys-pt", "R.PT", 254) with
        { State = MeasurementState.AboveLimit, Value = null, Unrounded = null, Uncertainty = null, Limit = 254, Printed = ">254 NC" };
        Finding dp = CuffPressure("ankle.right.dp", "ankle-sys-dp", "R.DP", 102);
        Finding toe = CuffPressure("toe.right", "toe-sys", "R.TOE", 32) with { Flags = ["low-pulse-count"], Parts = [new FindingPart("deflation-rate", 2.513456, "mm[Hg]/s")] };
        Finding abiDp = Derived("abi-dp", "R.DP") with { Value = 0.89, Unrounded = 102.0 / 114, Uncertainty = 0.0351234, Printed = "0.89", Inputs = [dp.Id, armRight.Id] };
        Finding abiPt = Derived("abi-pt", "R.PT") with { State = MeasurementState.Interval, Lower = 2.22, Printed = ">2.22 NC", Category = "noncompressible", Inputs = [pt.Id, armRight.Id] };
        Finding abi = Derived("abi", "R.ANKLE") with { State = MeasurementState.Interval, Printed = "0.89 (DP); PT >254 NC", Category = "noncompressible", Inputs = [pt.Id, dp.Id, armRight.Id, armLeft.Id] };
        Finding tbi = Derived("tbi", "R.TOE") with { Value = 0.28, Unrounded = 32.0 / 114, Printed = "0.28", Inputs = [toe.Id, armRight.Id] };
        Finding amplitude = Named("ppg.right", "ppg-amplitude", "R.TOE", "mm") with
        { Value = 8, Printed = "8 mm", Method = "pulse-amplitude", Links = ["ppg"], Flags = ["flat-waveform"], Parts = [new FindingPart("ppg-gain", 100, "%"), new FindingPart("crest-time", null, "ms", "no crest")] };
        Finding wave = Named("ppg.right", "ppg-waveform", "R.TOE", "{counts}") with
        { Printed = "waveform", Method = "trace", Links = ["ppg"], Trace = new FindingTrace(0, 13_333_333, [120, null, 0, -5, 65535], -32768, 65535) };
        return [armRight, armLeft, pt, dp, abiDp, abiPt, abi, toe, tbi, amplitude, wave];
    }

    /// <summary>A toe PPG of so many samples, each five digits and a blank on the wire; the toe says which.</summary>
    public static Finding Waveform(int toe, int samples) => Named($"ppg.right.{toe}", "ppg-waveform", $"R.TOE{toe}", "{counts}") with
    {
        Printed = "pulsatile, 72/min",
        Method = "pulse-trace",
        Links = ["ppg"],
        Category = "pulsatile",
        FromAtNs = 60_000_000_000,
        Parts = [new FindingPart("crest-time", 248, "ms")],
        Trace = new FindingTrace(60_000_000_000, 13_333_333, [.. Enumerable.Range(0, samples).Select(n => (int?)(10_000 + (n * 37 % 50_000)))], 0, 65535),
    };

    /// <summary>The seed case with long waveforms, and a flatness that was derived from the first of them.</summary>
    public static SessionReport Long(params int[] samples)
    {
        Finding[] waveforms = [.. samples.Select((count, index) => Waveform(index + 1, count))];
        Finding flatness = Named("derived", "ppg-flatness", "R.TOE1", "1") with { Value = 0.4, Printed = "0.4", Method = "pulse-flatness", Inputs = [waveforms[0].Id] };
        return Report([.. Findings().Concat(waveforms).Append(flatness).Select(f => Reported(f))]);
    }

    private static Finding Derived(string measure, string site) => Named("derived", measure, site, "{ratio}") with { Method = "index", MethodVersion = 2 };
}
