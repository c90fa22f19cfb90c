using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vascular.Acquisition.Records.Migrations
{
    /// <inheritdoc />
    public partial class FrameReadings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "FrameScores",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Entry = table.Column<Guid>(type: "TEXT", nullable: false),
                    Study = table.Column<string>(type: "TEXT", nullable: false),
                    Instance = table.Column<string>(type: "TEXT", nullable: false),
                    Frame = table.Column<int>(type: "INTEGER", nullable: false),
                    Side = table.Column<string>(type: "TEXT", nullable: false),
                    Scale = table.Column<string>(type: "TEXT", nullable: false),
                    Score = table.Column<int>(type: "INTEGER", nullable: false),
                    Words = table.Column<string>(type: "TEXT", nullable: false),
                    Reader = table.Column<string>(type: "TEXT", nullable: false),
                    AtUtcNs = table.Column<long>(type: "INTEGER", nullable: false),
                    Blind = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FrameScores", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "KeptAnalyses",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Entry = table.Column<Guid>(type: "TEXT", nullable: false),
                    Study = table.Column<string>(type: "TEXT", nullable: false),
                    Series = table.Column<string>(type: "TEXT", nullable: false),
                    Instance = table.Column<string>(type: "TEXT", nullable: false),
                    Method = table.Column<string>(type: "TEXT", nullable: false),
                    MethodVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    Json = table.Column<string>(type: "TEXT", nullable: false),
                    User = table.Column<string>(type: "TEXT", nullable: false),
                    AtUtcNs = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_KeptAnalyses", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_FrameScores_Entry",
                table: "FrameScores",
                column: "Entry",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FrameScores_Study_Scale",
                table: "FrameScores",
                columns: new[] { "Study", "Scale" });

            migrationBuilder.CreateIndex(
                name: "IX_KeptAnalyses_Entry",
                table: "KeptAnalyses",
                column: "Entry",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_KeptAnalyses_Study",
                table: "KeptAnalyses",
                column: "Study");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "FrameScores");

            migrationBuilder.DropTable(
                name: "KeptAnalyses");
        }
    }
}
