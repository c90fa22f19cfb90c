using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vascular.Acquisition.Records;

/// <summary>Who did what with a study, when. Written in the transaction of what was done, never changed. A study may belong to no examination of this station.</summary>
public sealed class StudyAudit
{
    public long Id { get; init; }

    /// <summary>Study Instance UID.</summary>
    public required string Study { get; init; }

    public required long AtUtcNs { get; init; }

    public required string User { get; init; }

    /// <summary>score, score shown, analysis kept.</summary>
    public required string Action { get; init; }

    /// <summary>Canonical JSON.</summary>
    public required string Detail { get; init; }

    internal sealed class Form : IEntityTypeConfiguration<StudyAudit>
    {
        public void Configure(EntityTypeBuilder<StudyAudit> audit)
        {
            audit.ToTable("StudyAudit");
            audit.HasKey(a => a.Id);
            audit.HasIndex(a => a.Study);
        }
    }
}
