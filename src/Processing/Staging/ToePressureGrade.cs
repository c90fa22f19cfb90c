using Vascular.Processing.Pressures;

namespace Vascular.Processing.Staging;

/// <summary>WIfI ischaemia grade of a toe pressure.</summary>
/// <remarks>[V] PMC11279131 table 2 (grades 1 to 3) and a published transcription (all grades) of Mills et al., J Vasc Surg 2014;59:220.</remarks>
public static class ToePressureGrade
{
    /// <summary>Grade 0 from this pressure on, mmHg.</summary>
    public const int Grade0FromMmHg = 60;

    /// <summary>Grade 1 from this pressure on, mmHg.</summary>
    public const int Grade1FromMmHg = 40;

    /// <summary>Grade 2 from this pressure on, mmHg; below it grade 3.</summary>
    public const int Grade2FromMmHg = 30;

    /// <param name="mmHg">Printed toe pressure, 0 or more. A measured 0 is grade 3; a toe without signal has no grade.</param>
    /// <returns>0 to 3.</returns>
    public static int Of(int mmHg) => mmHg switch
    {
        >= Grade0FromMmHg => 0,
        >= Grade1FromMmHg => 1,
        >= Grade2FromMmHg => 2,
        _ => 3,
    };

    /// <summary>The grades a range of printed pressures allows.</summary>
    public static GradeRange Of(PressureRange mmHg) => new(Of(mmHg.Highest), Of(mmHg.Lowest));
}
