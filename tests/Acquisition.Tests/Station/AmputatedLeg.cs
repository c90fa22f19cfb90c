using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The shortest examination with a result: a leg that ends below the knee has no toe. It needs no device.</summary>
internal static class AmputatedLeg
{
    /// <summary>Patient, leg, finding accepted, end.</summary>
    public static async Task<Guid> ExamineAsync(StationHost station)
    {
        (ExaminationFold fold, Guid id) = await LiveExamination.RunAsync(
            station,
            "technician",
            new StringReader("""
                {"kind":"patient","system":"urn:oid:2.999.1.1","value":"P-1"}
                {"kind":"amputated","side":"L","level":"below the knee"}
                {"kind":"accept","step":"toe.left"}
                {"kind":"end"}
                """),
            _ => { },
            TimeProvider.System,
            default);
        Assert.True(fold.IsEnded);
        return id;
    }
}
