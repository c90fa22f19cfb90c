using Vascular.Processing.Pressures;

namespace Vascular.Processing.Staging;

/// <summary>WIfI ischaemia grade of an ankle systolic pressure.</summary>
/// <remarks>[V] PMC11279131 table 2 and a published transcription of Mills et al., J Vasc Surg 2014;59:220. The column prints 70 in grade 1 and in grade 2:
/// here it is grade 1, like every other lower bound of the table. [D]</remarks>
public static class AnklePressureGrade
{
    /// <param name="mmHg">Printed pressure, 0 or more.</param>
    /// <returns>0 to 3.</returns>
    public static int Of(int mmHg) => mmHg switch
    {
        > 100 => 0,
        >= 70 => 1,
        >= 50 => 2,
        _ => 3,
    };

    /// <summary>The grades a range of printed pressures allows.</summary>
    public static GradeRange Of(PressureRange mmHg) => new(Of(mmHg.Highest), Of(mmHg.Lowest));
}
