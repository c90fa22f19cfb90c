using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vascular.Acquisition.Records;

/// <summary>Curves and maps of one run as a person kept them: what they rest on, and everything needed to derive them again. Never changed.</summary>
public sealed class KeptAnalysis
{
    public long Id { get; init; }

    /// <summary>Made where it was kept: sent twice, it is one.</summary>
    public required Guid Entry { get; init; }

    /// <summary>Study Instance UID.</summary>
    public required string Study { get; init; }

    public required string Series { get; init; }

    /// <summary>SOP Instance UID.</summary>
    public required string Instance { get; init; }

    public required string Method { get; init; }

    public required int MethodVersion { get; init; }

    /// <summary>Canonical JSON (<see cref="Archive.RunAnalysis"/>).</summary>
    public required string Json { get; init; }

    public required string User { get; init; }

    public required long AtUtcNs { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<KeptAnalysis>
    {
        public void Configure(EntityTypeBuilder<KeptAnalysis> analysis)
        {
            analysis.ToTable("KeptAnalyses");
            analysis.HasKey(a => a.Id);
            analysis.HasIndex(a => a.Entry).IsUnique();
            analysis.HasIndex(a => a.Study);
        }
    }
}
