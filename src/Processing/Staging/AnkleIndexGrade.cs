using Vascular.Processing.Pressures;

namespace Vascular.Processing.Staging;

/// <summary>WIfI ischaemia grade of an ankle-brachial index.</summary>
/// <remarks>[V] the same table. Only of a compressible limb: no artery open at the cuff limit, and the rounded index at most 1.30.</remarks>
public static class AnkleIndexGrade
{
    /// <returns>0 to 3.</returns>
    public static int Of(PressureIndex index) => index.Hundredths switch
    {
        >= 80 => 0,
        >= 60 => 1,
        >= 40 => 2,
        _ => 3,
    };

    /// <summary>The grades a range of indices allows.</summary>
    public static GradeRange Of(IndexRange index) => new(Of(index.Highest), Of(index.Lowest));
}
